// What all parts of the page use: elements, words, numbers and times. Text from outside only ever becomes a text node.

const svgSpace = 'http://www.w3.org/2000/svg';

/** Makes an element with attributes and children; texts become text nodes. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for a part of a picture. */
export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgSpace, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** The shape of a state. */
export function shapeOf(state) {
  return draw('svg', { class: 'shape', 'aria-hidden': 'true' }, draw('use', { href: shapeName(state) }));
}

export const shapeName = state => `#shape-${state.toLowerCase()}`;

/** Changes a text only when it is another one, so that nothing is laid out anew for nothing. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** The states, the worst first, with the words for several targets in one. */
export const worstFirst = ['Down', 'Degraded', 'Unknown', 'Maintenance', 'Up'];
export const wordOf = { Up: 'up', Degraded: 'degraded', Down: 'down', Maintenance: 'in maintenance', Unknown: 'unknown' };

export function worstOf(states) {
  const present = new Set(states);
  return worstFirst.find(state => present.has(state)) ?? 'Unknown';
}

const whole = new Intl.NumberFormat('en');
export const count = number => whole.format(number);

/** A latency such as 2.4 ms or 1.25 s. */
export function latency(milliseconds) {
  if (milliseconds === null || milliseconds === undefined || milliseconds < 0) return '–';
  if (milliseconds < 100) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** An uptime such as 99.98 %. What is not whole never looks whole. */
export function perCent(value) {
  if (value === null || value === undefined) return '–';
  if (value >= 100) return '100 %';
  return `${(Math.floor(value * 100) / 100).toFixed(2)} %`;
}

/** A length of time such as 3 h 12 min. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

const pad = number => String(number).padStart(2, '0');

/** A time of day of the viewer, such as 14:02:11. */
export function clock(time) {
  const date = new Date(time);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** The same with the day, when it is not today. */
export function moment(time) {
  const date = new Date(time);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return date.toDateString() === new Date().toDateString() ? clock(time) : `${day} ${clock(time).slice(0, 5)}`;
}

/** A time for people, with the exact one for those who point at it. */
export function timeOf(time, text = moment(time)) {
  const iso = new Date(time).toISOString();
  return make('time', { datetime: iso, title: iso }, text);
}

/** The first digits of a commit, or of the release that was made of it. */
export const short = commit => commit.split('-')[0].slice(0, 8);

/** Words such as "in maintenance" at the beginning of a sentence. */
export const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

// The clocks of this machine and of the monitor's need not agree.
let ahead = 0;
export function hearTime(now) { ahead = now - Date.now(); }
export const now = () => Date.now() + ahead;

/** Calls once for many changes, with the next picture; without one while nobody can see the page, whose title still tells. */
export function batched(work) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    const run = () => {
      if (!isPlanned) return;
      isPlanned = false;
      work();
    };
    if (!document.hidden) requestAnimationFrame(run);
    // A page that is hidden in the meantime gets no picture.
    setTimeout(run, document.hidden ? 50 : 1000);
  };
}
