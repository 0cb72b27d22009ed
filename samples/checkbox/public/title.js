'use strict';

// Keeps the name on the page what the feature flag says, without reloading the page.
(() => {
  const EVERY = 3000;

  async function refresh() {
    try {
      const response = await fetch('/featureflag', { cache: 'no-store', signal: AbortSignal.timeout(EVERY) });
      if (response.ok) show((await response.json()).featureflag ? 'feature.io' : 'checkbox.io');
    } catch {
      // Nobody answers at the moment: the name stays.
    }
  }

  function show(name) {
    // What is right already is not written again: a selection of text and screen readers are left alone.
    if (document.title === name) return;
    document.title = name;
    for (const element of document.querySelectorAll('[data-name]')) element.textContent = name;
  }

  async function follow() {
    await refresh();
    setTimeout(follow, EVERY);
  }

  // Browsers let a hidden page ask rarely.
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
  follow();
})();
