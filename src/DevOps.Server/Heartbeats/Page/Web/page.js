// The page of the heartbeat monitor: hears what happens and brings it to the parts of the page.

import { make, say, show, shapeName, worstFirst, worstOf, wordOf, count, clock, batched, hearTime, capital } from './tools.js';
import { follow } from './stream.js';
import { Boxes } from './boxes.js';
import { Deployments, Balancers } from './panels.js';
import { History } from './history.js';

const at = id => document.getElementById(id);
const mostNamed = 3;
const newsPause = 1200;

const history = new History();
const boxes = new Boxes(at('targets'), at('nothing'), box => history.open(box));
const deployments = new Deployments();
const balancers = new Balancers();
let version = null;

const paint = batched(() => {
  boxes.paint();
  summarise();
  history.refresh();
});

follow({
  take(name, data) {
    if (name !== 'tick') live(true);
    switch (name) {
      case 'snapshot':
        // The monitor was replaced by one with another page.
        if (version !== null && version !== data.page) { location.reload(); return; }
        version = data.page;
        hearTime(data.now);
        announceSnapshot(data.targets);
        boxes.set(data.targets);
        notices(data.notices);
        boxes.balancers(data.balancers);
        balancers.set(data.balancers);
        deployments.set(data.deployments);
        break;
      case 'targets': boxes.change(data.order, data.added); break;
      case 'beats': for (const beat of data.beats) announce(boxes.beat(beat)); break;
      case 'uptimes': boxes.uptimes(data); break;
      case 'balancers':
        boxes.balancers(data);
        balancers.set(data);
        break;
      case 'deployments': deployments.set(data); break;
      case 'notices': notices(data); break;
      case 'tick':
        live(true);
        hearTime(data.now);
        boxes.age();
        deployments.age();
        break;
    }
    paint();
  },
  waiting: () => live(false),
  lost(since) {
    live(false);
    say(at('stale'), since === null
      ? 'The monitor has not been heard from yet.'
      : `The monitor has not been heard from since ${clock(since)} – what you see is old`);
    show(at('stale'), true);
    document.body.classList.add('stale');
    summarise();
  },
  found() {
    live(true);
    show(at('stale'), false);
    say(at('stale'), '');
    document.body.classList.remove('stale');
    say(at('news'), 'The monitor is heard from again.');
    summarise();
  },
});

function live(isLive) {
  const text = isLive ? 'live' : 'reconnecting';
  at('pulse').dataset.live = isLive ? 'yes' : 'no';
  say(at('pulse-text'), text);
}

/* The head of the page, its title and its icon follow the worst state. */
function summarise() {
  if (version === null) return;
  const all = boxes.all;
  const counts = Object.fromEntries(worstFirst.map(state => [state, 0]));
  for (const box of all) counts[box.state]++;
  const others = worstFirst.filter(state => state !== 'Up' && counts[state] > 0);
  const up = counts.Up === all.length && all.length > 0 ? `All ${count(all.length)} up` : `${count(counts.Up)} of ${count(all.length)} up`;
  const summary = all.length === 0 ? 'No targets' : [up, ...others.map(state => `${count(counts[state])} ${wordOf[state]}`)].join(' · ');
  const worst = all.length === 0 ? 'Unknown' : worstOf(all.map(box => box.state));
  const isStale = document.body.classList.contains('stale');
  say(at('summary'), summary);
  at('overall-shape').setAttribute('href', shapeName(worst));
  document.querySelector('.top').dataset.state = worst;
  const title = `${isStale ? 'Old: ' : ''}${others.length > 0 ? [...others.map(state => `${counts[state]} ${wordOf[state]}`), up].join(' · ') : summary} – Heartbeats`;
  if (document.title !== title) document.title = title;
  const icon = `/icon-${isStale ? 'unknown' : worst.toLowerCase()}.svg`;
  if (at('icon').getAttribute('href') !== icon) at('icon').setAttribute('href', icon);
  nameTrouble(all, others);
  proportions(counts);
}

/* The first ones that are not up, by name. */
function nameTrouble(all, others) {
  const bad = others.filter(state => state === 'Down' || state === 'Degraded').flatMap(state => all.filter(box => box.state === state));
  const named = bad.slice(0, mostNamed).map(box => bad.length === 1 && box.cause ? `${box.name}: ${box.cause}` : box.name).join(', ');
  show(at('trouble'), bad.length > 0);
  say(at('trouble'), bad.length > mostNamed ? `${named} and ${count(bad.length - mostNamed)} more` : named);
}

function proportions(counts) {
  const home = at('proportions');
  if (home.children.length === 0) home.append(...worstFirst.map(state => make('span', { 'data-state': state })));
  worstFirst.forEach((state, index) => {
    const part = home.children[index];
    const share = String(counts[state]);
    if (part.style.flexGrow !== share) part.style.flexGrow = share;
    show(part, counts[state] > 0);
  });
}

function notices(all) {
  at('notices').replaceChildren(...all.map(notice => make('p', { class: 'banner' }, notice)));
}

/* Changes are read out together, so that many of them are one sentence. */
const news = new Map();
let newsTimer = null;

function announce(change) {
  if (!change) return;
  news.set(change.box.key, { name: change.box.name, state: change.box.state, cause: change.box.cause });
  newsTimer ??= setTimeout(tellNews, newsPause);
}

/* What changed while nobody was heard. */
function announceSnapshot(targets) {
  for (const target of targets) {
    const box = boxes.find(target.key);
    const state = target.last?.state ?? 'Unknown';
    if (box && box.state !== state) announce({ box: { key: target.key, name: target.name, state, cause: target.last?.cause } });
  }
}

function tellNews() {
  const changes = [...news.values()];
  news.clear();
  newsTimer = null;
  const told = changes.slice(0, mostNamed).map(({ name, state, cause }) => `${name} is ${wordOf[state]}${cause ? `: ${cause}` : ''}`).join('. ');
  say(at('news'), capital(changes.length > mostNamed ? `${told}. ${count(changes.length - mostNamed)} more changed.` : `${told}.`));
}

/* The tools. */
const sift = batched(() => boxes.sift(at('filter').value, at('only-trouble').checked));
at('filter').addEventListener('input', sift);
at('only-trouble').addEventListener('change', sift);

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

function paintTheme() {
  const isDark = (document.documentElement.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';
  at('theme').setAttribute('aria-pressed', String(isDark));
  at('theme-shape').setAttribute('href', isDark ? '#shape-sun' : '#shape-moon');
}

at('theme').addEventListener('click', () => {
  const isDark = at('theme').getAttribute('aria-pressed') === 'true';
  document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
  remember(document.documentElement.dataset.theme);
  paintTheme();
});
prefersDark.addEventListener('change', paintTheme);

/* A browser may forbid to remember anything. */
function remember(theme) {
  try { localStorage.setItem('theme', theme); } catch { /* Then it follows the system's the next time. */ }
}

paintTheme();

/* What is typed anywhere is a filter. */
addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || at('history').open || document.activeElement !== document.body) return;
  if (event.key.length === 1 && event.key !== ' ') at('filter').focus();
});
at('filter').addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  at('filter').value = '';
  sift();
});
