// What else happens: deployments and balancers.

import { make, draw, say, show, count, latency, span, timeOf, short, now } from './tools.js';

const kinds = { Deployment: 'Deployment', RollingUpdate: 'Rolling update', CanaryRelease: 'Canary release', Undo: 'Undo' };
const shapes = {
  Waiting: 'unknown', Succeeded: 'up', Failed: 'down', Stopped: 'degraded', Superseded: 'unknown', Interrupted: 'degraded', Up: 'up', Down: 'down', Draining: 'maintenance', Drained: 'maintenance', Unknown: 'unknown', Degraded: 'degraded', Unavailable: 'down', Starting: 'unknown', Stopping: 'maintenance',
};

function badge(state, shape = shapes[state] ?? 'unknown') {
  return make('span', { class: 'badge', 'data-shape': shape }, draw('svg', { class: 'shape', 'aria-hidden': 'true' }, draw('use', { href: `#shape-${shape}` })), state);
}

export class Deployments {
  #section = document.getElementById('deployments');
  #list = document.getElementById('deployment-list');
  #shown = [];

  set(deployments) {
    this.#shown = deployments;
    show(this.#section, deployments.length > 0);
    this.#list.replaceChildren(...deployments.map(deployment => this.#item(deployment)));
    this.age();
  }

  /** Running times grow. */
  age() {
    this.#shown.forEach(deployment => {
      if (deployment.clock) say(deployment.clock, span((deployment.endedAt ?? now()) - deployment.startedAt));
    });
  }

  #item(deployment) {
    const last = deployment.last;
    const where = last ? [last.application, last.instance].filter(Boolean).join(' · ') : '';
    deployment.clock = make('span', { class: 'running-time' });
    return make('li', { class: 'deployment', 'data-state': deployment.state },
      make('div', { class: 'deployment-head' },
        make('h3', {}, `${kinds[deployment.kind] ?? deployment.kind} to ${deployment.environment}`, deployment.commit ? make('code', { title: deployment.commit }, short(deployment.commit)) : null),
        badge(deployment.state, deployment.state === 'Running' ? 'maintenance' : undefined)),
      deployment.cause ? make('p', { class: 'cause' }, deployment.cause) : null,
      // What it ended with is its cause.
      last && !deployment.endedAt ? make('p', { class: 'step' }, where ? make('b', {}, `${where}: `) : null, last.message) : null,
      make('p', { class: 'facts' },
        make('span', {}, 'by ', deployment.startedBy, ' at ', timeOf(deployment.startedAt)),
        deployment.clock));
  }
}

export class Balancers {
  #section = document.getElementById('balancers');
  #home = document.getElementById('balancer-list');

  set(balancers) {
    show(this.#section, balancers.length > 0);
    this.#home.replaceChildren(...balancers.map((balancer, index) => this.#part(balancer, index)));
  }

  #part(balancer, index) {
    const id = `balancer-${index}`;
    const share = draw('svg', { class: 'split', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    let left = 0;
    for (const backend of balancer.backends) {
      if (backend.share <= 0) continue;
      share.append(draw('rect', { class: backend.role.toLowerCase(), x: left + 0.3, y: 0, width: Math.max(backend.share - 0.6, 0.2), height: 4 }));
      left += backend.share;
    }
    return make('article', { class: 'balancer', 'aria-labelledby': id },
      make('div', { class: 'deployment-head' },
        make('h3', { id }, balancer.name, make('code', { title: 'weights of production and canary' }, balancer.split)),
        badge(balancer.state, balancer.state === 'Running' ? 'up' : undefined)),
      share,
      make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': id },
        make('table', {},
          make('caption', { class: 'unseen' }, `The backends of ${balancer.name}`),
          make('thead', {}, make('tr', {}, ...['Backend', 'State', 'Weight', 'Requests', 'Errors', 'p95'].map((title, column) => make('th', { scope: 'col', class: column > 1 ? 'number' : null }, title)))),
          make('tbody', {}, ...balancer.backends.map(backend => this.#row(backend))))),
      make('p', { class: 'facts' },
        make('span', {}, `${count(balancer.requests)} requests, ${count(balancer.failures)} failed, ${count(balancer.inFlight)} in flight`),
        make('span', { class: 'uri' }, balancer.uri)));
  }

  #row(backend) {
    const number = text => make('td', { class: 'number' }, text);
    return make('tr', { title: backend.cause ? `${backend.name}: ${backend.cause}` : null },
      make('th', { scope: 'row' }, backend.name, make('span', { class: 'chip role' }, backend.role.toLowerCase())),
      make('td', {}, badge(backend.state)),
      number(`${backend.weight} · ${Math.round(backend.share)} %`),
      number(count(backend.requests)),
      make('td', { class: backend.errors > 0 ? 'number bad' : 'number' }, count(backend.errors)),
      number(latency(backend.latency)));
  }
}
