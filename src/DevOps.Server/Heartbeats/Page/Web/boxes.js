// The targets: a box each, in groups. What is heard is noted at once and painted with the next picture, and only what can be seen.

import { make, draw, shapeName, say, show, worstFirst, wordOf, count, latency, perCent, span, moment, short, now } from './tools.js';
import { trace, failed, gap } from './lines.js';

const lineLength = 60;
const lineWidth = 240;
const lineHeight = 34;
const highlight = 2400;

export class Boxes {
  #home;
  #nothing;
  #boxOf = new Map();
  #groups = [];
  #dirty = new Set();
  #order = [];
  #backends = new Map();
  #filter = '';
  #onlyTrouble = false;
  #open;
  #isMany = false;
  #seen = new IntersectionObserver(entries => this.#see(entries), { rootMargin: '300px' });

  /** `open(box)` is called for a box that is chosen. */
  constructor(home, nothing, open) {
    this.#home = home;
    this.#nothing = nothing;
    this.#open = open;
    home.addEventListener('keydown', event => this.#move(event));
  }

  get all() { return this.#order; }

  find(key) { return this.#boxOf.get(key); }

  /** Puts everything on the page anew, keeping the boxes that stay. */
  set(targets) {
    const staying = new Set(targets.map(target => target.key));
    for (const key of [...this.#boxOf.keys()]) if (!staying.has(key)) this.#drop(key);
    for (const target of targets) this.#add(target);
    this.#arrange(targets.map(target => target.key));
  }

  /** Takes which targets there are now. */
  change(order, added) {
    const staying = new Set(order);
    for (const key of [...this.#boxOf.keys()]) if (!staying.has(key)) this.#drop(key);
    for (const target of added) this.#add(target);
    this.#arrange(order);
  }

  /** Takes a beat. Tells which state it was in, if that is another one now. */
  beat(beat) {
    const box = this.#boxOf.get(beat.key);
    if (!box) return null;
    const before = box.state;
    takeBeat(box, beat);
    box.line.push(pointOf(beat));
    if (box.line.length > lineLength) box.line.shift();
    this.#dirty.add(box);
    if (before === box.state) return null;
    box.changed = performance.now();
    return { box, before };
  }

  uptimes(uptimes) {
    for (const [key, uptime] of Object.entries(uptimes)) {
      const box = this.#boxOf.get(key);
      if (box) { box.uptime = uptime; this.#dirty.add(box); }
    }
  }

  balancers(balancers) {
    this.#backends.clear();
    for (const balancer of balancers) {
      for (const backend of balancer.backends) {
        this.#backends.set(hostOf(backend.uri), backend);
        this.#backends.set(`${balancer.name}/${backend.name}`, backend);
      }
    }
    for (const box of this.#order) this.#dirty.add(box);
  }

  sift(filter, onlyTrouble) {
    this.#filter = filter.trim().toLowerCase();
    this.#onlyTrouble = onlyTrouble;
    this.#siftAll();
  }

  /** Everybody's "since" has grown older. */
  age() { for (const box of this.#order) if (box.isSeen) this.#dirty.add(box); }

  paint() {
    let isSifted = false;
    for (const box of this.#dirty) {
      if (box.painted !== box.state) {
        box.painted = box.state;
        this.#paintState(box);
        isSifted = true;
      }
      // A box far away is painted when it comes near.
      if (box.isSeen) {
        this.#paintRest(box);
        this.#dirty.delete(box);
      }
    }
    if (isSifted) this.#siftAll();
  }

  #add(target) {
    const known = this.#boxOf.get(target.key);
    const box = known ?? { key: target.key, line: [], state: 'Unknown', isSeen: false, painted: null, changed: null };
    Object.assign(box, { name: target.name, group: target.group ?? '', environment: target.environment ?? '', uri: target.uri, uptime: target.uptime, line: target.line.slice() });
    const before = box.state;
    if (target.last) takeBeat(box, target.last);
    if (known && before !== box.state) box.changed = performance.now();
    if (!known) {
      this.#build(box);
      this.#boxOf.set(box.key, box);
    }
    this.#dirty.add(box);
  }

  #drop(key) {
    const box = this.#boxOf.get(key);
    this.#seen.unobserve(box.item);
    box.item.remove();
    this.#dirty.delete(box);
    this.#boxOf.delete(key);
  }

  #build(box) {
    const parts = box.parts = {};
    const name = make('button', { type: 'button', class: 'name' }, box.name);
    name.addEventListener('click', () => this.#open(box));
    box.button = name;
    parts.use = draw('use');
    parts.word = make('span');
    parts.latency = make('span', { class: 'latency' });
    parts.area = draw('path', { class: 'area' });
    parts.line = draw('path', { class: 'line' });
    parts.crosses = draw('path', { class: 'crosses' });
    parts.cause = make('p', { class: 'cause', hidden: true });
    parts.since = make('time');
    parts.uptime = make('span', { class: 'uptime' });
    parts.chips = make('p', { class: 'chips' });
    box.item = make('li', { class: 'box' },
      make('div', { class: 'box-head' },
        make('h3', {}, name),
        make('p', { class: 'state' }, draw('svg', { class: 'shape', 'aria-hidden': 'true' }, parts.use), parts.word)),
      parts.cause,
      make('div', { class: 'box-middle' },
        parts.latency,
        draw('svg', { class: 'beats', viewBox: `0 0 ${lineWidth} ${lineHeight}`, 'aria-hidden': 'true' }, parts.area, parts.line, parts.crosses)),
      make('p', { class: 'facts' }, parts.since, parts.uptime),
      parts.chips);
    box.item.box = box;
    this.#seen.observe(box.item);
  }

  #arrange(order) {
    this.#order = order.map(key => this.#boxOf.get(key));
    this.#isMany = new Set(this.#order.map(box => box.environment).filter(Boolean)).size > 1;
    const groups = new Map();
    for (const box of this.#order) {
      const key = `${box.environment}\n${box.group}`;
      if (!groups.has(key)) groups.set(key, { name: box.group, environment: box.environment, boxes: [] });
      groups.get(key).boxes.push(box);
    }
    const focused = document.activeElement;
    const isAlone = groups.size === 1;
    this.#groups = [...groups.values()].map((group, index) => {
      const id = `group-${index}`;
      group.tally = make('span', { class: 'tally' });
      const title = group.name || (isAlone ? 'Targets' : 'Other targets');
      group.list = make('ul', { class: 'boxes' }, ...group.boxes.map(box => box.item));
      group.section = make('section', { class: 'group', 'aria-labelledby': id },
        make('h2', { id }, title, this.#isMany && group.environment ? make('span', { class: 'environment' }, group.environment) : null, group.tally),
        group.list);
      return group;
    });
    this.#home.replaceChildren(this.#nothing, ...this.#groups.map(group => group.section));
    // What is moved loses the focus.
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    this.#siftAll();
  }

  #siftAll() {
    let shown = 0;
    for (const group of this.#groups) {
      let shownHere = 0;
      const counts = {};
      for (const box of group.boxes) {
        counts[box.state] = (counts[box.state] ?? 0) + 1;
        const isShown = this.#passes(box);
        show(box.item, isShown);
        if (isShown) shownHere++;
      }
      show(group.section, shownHere > 0);
      say(group.tally, worstFirst.toReversed().filter(state => counts[state]).map(state => `${count(counts[state])} ${wordOf[state]}`).join(' · '));
      shown += shownHere;
    }
    show(this.#nothing, shown === 0);
    if (shown > 0) return;
    const isEmpty = this.#order.length === 0;
    say(this.#nothing, isEmpty ? 'There are no targets yet.' : this.#onlyTrouble && !this.#filter ? 'Everything is up.' : 'No target is called like that.');
  }

  #passes(box) {
    if (this.#onlyTrouble && box.state === 'Up') return false;
    if (!this.#filter) return true;
    const text = `${box.name} ${box.group} ${box.environment} ${box.state} ${box.role ?? ''} ${box.release ?? ''} ${box.cause ?? ''} ${box.uri}`.toLowerCase();
    return this.#filter.split(/\s+/).every(word => text.includes(word));
  }

  #see(entries) {
    for (const entry of entries) {
      const box = entry.target.box;
      box.isSeen = entry.isIntersecting;
      if (box.isSeen) { this.#paintRest(box); this.#dirty.delete(box); }
    }
  }

  #paintState(box) {
    const { parts, item } = box;
    item.dataset.state = box.state;
    parts.use.setAttribute('href', shapeName(box.state));
    say(parts.word, box.state);
    box.button.setAttribute('aria-label', `${box.name}, ${wordOf[box.state]}, history`);
    show(parts.cause, Boolean(box.cause) && box.state !== 'Up');
    say(parts.cause, box.cause ?? '');
    if (box.changed === null || performance.now() - box.changed > highlight) return;
    item.classList.remove('changed');
    // The animation begins anew when a box changes twice in a row.
    requestAnimationFrame(() => item.classList.add('changed'));
    clearTimeout(box.calm);
    box.calm = setTimeout(() => item.classList.remove('changed'), highlight);
  }

  #paintRest(box) {
    const { parts } = box;
    show(parts.cause, Boolean(box.cause) && box.state !== 'Up');
    say(parts.cause, box.cause ?? '');
    say(parts.latency, box.state === 'Down' ? '–' : latency(box.latency));
    const drawn = trace(box.line, lineWidth, lineHeight, lineLength);
    for (const part of ['area', 'line', 'crosses']) parts[part].setAttribute('d', drawn[part]);
    if (box.since !== undefined) {
      const iso = new Date(box.since).toISOString();
      if (parts.since.dateTime !== iso) {
        parts.since.dateTime = iso;
        parts.since.title = `since ${iso}`;
      }
      say(parts.since, `for ${span(now() - box.since)}, since ${moment(box.since)}`);
    } else {
      say(parts.since, 'not checked yet');
    }
    say(parts.uptime, box.uptime === null || box.uptime === undefined ? '' : `${perCent(box.uptime)} today`);
    this.#paintChips(box);
  }

  #paintChips(box) {
    const backend = this.#backends.get(hostOf(box.uri)) ?? this.#backends.get(`${box.group}/${box.name}`);
    const chips = [];
    if (box.role) chips.push(['role', box.role.toLowerCase(), box.role]);
    if (box.release) chips.push(['release', short(box.release), `release ${box.release}`]);
    if (backend) chips.push(['share', `weight ${backend.weight} · ${Math.round(backend.share)} % of requests`, `${backend.name} ${backend.state}`]);
    if (chips.length === 0) chips.push(['uri', box.uri, box.uri]);
    const now = chips.map(chip => chip.join('\n')).join('\n\n');
    if (now === box.chips) return;
    box.chips = now;
    box.parts.chips.replaceChildren(...chips.map(([kind, text, title]) => make('span', { class: `chip ${kind}`, title }, text)));
  }

  // Arrows lead from box to box, as the eye does.
  #move(event) {
    if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key) || !event.target.classList.contains('name')) return;
    const shown = this.#order.filter(box => !box.item.hidden);
    const here = shown.findIndex(box => box.button === event.target);
    const next = { Home: 0, End: shown.length - 1, ArrowLeft: here - 1, ArrowRight: here + 1 }[event.key] ?? above(shown, here, event.key === 'ArrowUp' ? -1 : 1);
    if (!shown[next]) return;
    event.preventDefault();
    shown[next].button.focus();
  }
}

function takeBeat(box, beat) {
  box.state = beat.state;
  box.at = beat.at;
  box.latency = beat.latency;
  // Without a "since", all that follows is as it was.
  if (beat.since === undefined) return;
  for (const part of ['since', 'cause', 'evidence', 'release', 'role']) box[part] = beat[part];
}

function pointOf(beat) {
  if (beat.state === 'Down') return failed;
  return beat.state === 'Maintenance' || beat.state === 'Unknown' ? gap : beat.latency ?? gap;
}

function hostOf(uri) {
  try { return new URL(uri).host || uri; } catch { return uri; }
}

// The box in the next row that is nearest to the same column.
function above(shown, here, way) {
  const from = shown[here].item.getBoundingClientRect();
  for (let index = here + way, row = null, best = -1, distance = Infinity; ; index += way) {
    const box = shown[index]?.item.getBoundingClientRect();
    if (!box || (row !== null && box.top !== row)) return best;
    if (box.top === from.top) continue;
    row = box.top;
    if (Math.abs(box.left - from.left) < distance) { distance = Math.abs(box.left - from.left); best = index; }
  }
}
