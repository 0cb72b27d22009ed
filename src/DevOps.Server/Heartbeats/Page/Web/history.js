// How a target was: a dialog over the page.

import { make, draw, shapeOf, say, count, latency, perCent, span, moment, timeOf, wordOf, capital, now } from './tools.js';
import { trace, failed } from './lines.js';

const width = 720;
const bar = 26;
const plot = 110;

export class History {
  #dialog = document.getElementById('history');
  #title = document.getElementById('history-title');
  #now = document.getElementById('history-now');
  #body = document.getElementById('history-body');
  #period = document.getElementById('history-period');
  #box = null;
  #asked = null;
  #told = '';

  constructor() {
    document.getElementById('history-close').addEventListener('click', () => this.#dialog.close());
    this.#period.addEventListener('change', () => this.#ask());
    this.#dialog.addEventListener('click', event => { if (event.target === this.#dialog) this.#dialog.close(); });
    this.#dialog.addEventListener('close', () => {
      this.#asked?.abort();
      const box = this.#box;
      this.#box = null;
      if (box?.item.isConnected) box.button.focus();
    });
  }

  open(box) {
    this.#box = box;
    this.#told = '';
    say(this.#title, box.name);
    this.#body.replaceChildren();
    this.refresh();
    this.#dialog.showModal();
    this.#ask();
  }

  /** What is known of the target now. */
  refresh() {
    const box = this.#box;
    if (!box) return;
    const told = `${box.state}\n${box.cause}\n${box.evidence}\n${box.since}\n${box.uri}`;
    if (told === this.#told) return;
    const isNew = this.#told === '';
    this.#told = told;
    const where = [box.environment, box.group].filter(Boolean).join(' / ');
    this.#now.replaceChildren(
      make('p', { class: 'state', 'data-state': box.state }, shapeOf(box.state), make('strong', {}, box.state), box.since === undefined ? null : make('span', {}, ' since ', timeOf(box.since))),
      box.cause ? make('p', { class: 'cause', 'data-state': box.state }, box.cause) : '',
      make('p', { class: 'facts' }, where ? make('span', {}, where) : null, make('span', { class: 'uri' }, box.uri), box.release ? make('span', {}, `release ${box.release}`) : null, box.evidence ? make('span', {}, `seen: ${box.evidence}`) : null));
    // An incident began or ended.
    if (!isNew) this.#ask();
  }

  async #ask() {
    const box = this.#box;
    if (!box) return;
    this.#asked?.abort();
    const asked = this.#asked = new AbortController();
    const hours = this.#period.querySelector(':checked').value;
    this.#body.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(`/history.json?target=${encodeURIComponent(box.key)}&hours=${hours}`, { signal: asked.signal });
      if (answer.status === 404) this.#say('Nothing is known of this target yet.');
      else if (!answer.ok) this.#say(`The history could not be read: the monitor answered ${answer.status}.`);
      else this.#tell(await answer.json());
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.#say('The history could not be read: the monitor does not answer.');
    }
    this.#body.setAttribute('aria-busy', 'false');
  }

  #say(text) { this.#body.replaceChildren(make('p', { class: 'nothing' }, text)); }

  #tell({ history, latency: took, line }) {
    const from = Date.parse(history.from);
    const to = Date.parse(history.to);
    this.#body.replaceChildren(
      make('dl', { class: 'figures' },
        figure('Uptime', perCent(history.uptime), true),
        figure('Half within', latency(took.p50)),
        figure('95 % within', latency(took.p95)),
        figure('99 % within', latency(took.p99)),
        figure('Checks', count(history.checks)),
        figure('Incidents', count(history.incidents.length))),
      heading('How it was'),
      timeline(line, from, to),
      axis(from, to),
      heading('Latency'),
      latencies(line),
      heading('Incidents'),
      incidents(history.incidents));
  }
}

const heading = text => make('h3', {}, text);

function figure(name, value, isMain = false) {
  return make('div', { class: isMain ? 'main' : null }, make('dt', {}, name), make('dd', {}, value));
}

function timeline(line, from, to) {
  const counts = {};
  for (const slice of line) counts[slice.state] = (counts[slice.state] ?? 0) + 1;
  const told = Object.entries(counts).map(([state, slices]) => `${wordOf[state]} in ${Math.round(slices * 100 / line.length)} %`).join(', ');
  const picture = draw('svg', { class: 'timeline', viewBox: `0 0 ${width} ${bar}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `From ${moment(from)} to ${moment(to)}: ${told || 'nothing known'}` });
  const each = width / Math.max(line.length, 1);
  // Slices of the same state in a row are one piece.
  for (let begin = 0; begin < line.length;) {
    let end = begin;
    while (end < line.length && line[end].state === line[begin].state) end++;
    const state = line[begin].state;
    const until = end < line.length ? line[end].at : to;
    // By height too, not by colour alone.
    const height = { Down: bar, Degraded: bar * 0.72, Maintenance: bar * 0.5, Up: bar * 0.86, Unknown: bar * 0.2 }[state];
    picture.append(draw('rect', { 'data-state': state, x: begin * each, y: bar - height, width: Math.max((end - begin) * each, 1.5), height },
      draw('title', {}, `${capital(wordOf[state])} ${moment(line[begin].at)} – ${moment(until)}`)));
    begin = end;
  }
  return picture;
}

function axis(from, to) {
  const middle = (from + to) / 2;
  return make('p', { class: 'axis', 'aria-hidden': 'true' }, ...[from, middle, to].map(time => timeOf(time)));
}

function latencies(line) {
  const points = line.map(slice => slice.state === 'Down' && slice.latency === undefined ? failed : slice.latency ?? null);
  const drawn = trace(points, width, plot, points.length);
  if (!drawn.line) return make('p', { class: 'nothing' }, 'There were no answers.');
  const picture = draw('svg', { class: 'beats tall', viewBox: `0 0 ${width} ${plot}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `Latency up to ${latency(drawn.ceiling)}` });
  for (const part of ['area', 'line', 'crosses']) picture.append(draw('path', { class: part, d: drawn[part] }));
  return make('div', { class: 'plot' }, make('span', { class: 'ceiling' }, latency(drawn.ceiling)), picture, make('span', { class: 'floor' }, '0'));
}

function incidents(all) {
  if (all.length === 0) return make('p', { class: 'nothing' }, 'None.');
  const rows = all.toReversed().map(incident => {
    const began = Date.parse(incident.began);
    const ended = incident.ended ? Date.parse(incident.ended) : null;
    return make('tr', {},
      make('td', {}, make('span', { class: 'state', 'data-state': incident.state }, shapeOf(incident.state), incident.state)),
      make('td', {}, timeOf(began)),
      make('td', {}, ended === null ? 'goes on' : timeOf(ended)),
      make('td', { class: 'number' }, span((ended ?? now()) - began)),
      make('td', { class: 'why' }, incident.cause ?? ''));
  });
  return make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Incidents' },
    make('table', {},
      make('caption', { class: 'unseen' }, 'Incidents, the latest first'),
      make('thead', {}, make('tr', {}, ...['State', 'Began', 'Ended', 'Length', 'Cause'].map(title => make('th', { scope: 'col', class: title === 'Length' ? 'number' : null }, title)))),
      make('tbody', {}, ...rows)));
}
