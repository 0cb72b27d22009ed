// Follows the monitor's events, notices when it is not heard from, and never gives up.

const slack = 750;
const shortest = 2000;
const retry = 2000;

/**
 * Begins to follow. Tells of each event by `take(name, data)`, and of silence by `lost(since)` and `found()`.
 */
export function follow({ take, lost, found, waiting }) {
  let source = null;
  let lastId = '';
  let beat = 1000;
  let heard = performance.now();
  let heardAt = null;
  let isLost = false;
  let isSilent = false;

  const names = ['snapshot', 'targets', 'beats', 'uptimes', 'balancers', 'deployments', 'notices', 'tick'];

  function connect() {
    source?.close();
    source = new EventSource(lastId ? `/events?after=${encodeURIComponent(lastId)}` : '/events');
    for (const name of names) source.addEventListener(name, event => hear(name, event));
    source.addEventListener('error', failed);
  }

  function hear(name, event) {
    if (event.lastEventId) lastId = event.lastEventId;
    const data = JSON.parse(event.data);
    if (data.beat) beat = data.beat;
    if (name === 'tick') isSilent = data.silent;
    heard = performance.now();
    // What is shown is only as old as this when the targets are checked.
    if (!isSilent) heardAt = Date.now();
    take(name, data);
    look();
  }

  function failed() {
    waiting();
    // It connects again by itself unless it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(again, retry);
  }

  async function again() {
    try {
      const answer = await fetch('/events', { method: 'HEAD', cache: 'no-store' });
      if (answer.status === 401) {
        // There is another token: the form asks for it.
        location.reload();
        return;
      }
    } catch {
      // Nobody is there yet.
    }
    if (source.readyState === EventSource.CLOSED) connect();
  }

  function look() {
    const isLate = performance.now() - heard > Math.max(2 * beat, shortest) + slack;
    if ((isLate || isSilent) !== isLost) {
      isLost = !isLost;
      if (isLost) lost(heardAt);
      else found();
    }
  }

  setInterval(look, 250);
  // A machine that slept, or a network that is back, need not wait for the next attempt.
  addEventListener('online', () => { if (isLost) connect(); });
  connect();
}
