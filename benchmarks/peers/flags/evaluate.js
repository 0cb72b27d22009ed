// Evaluates one flag again and again, and prints how often a second: node evaluate.js flagdcore|unleash static|rollout MILLISECONDS
'use strict';

const [peer, kind, milliseconds] = process.argv.slice(2);
const users = Array.from({ length: 1024 }, (_, number) => `user-${number}`);

function flagdcore() {
  const { FlagdCore } = require('@openfeature/flagd-core');
  const quiet = { error() {}, warn() {}, info() {}, debug() {} };
  const core = new FlagdCore(undefined, quiet);
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
  if (kind === 'rollout') flag.targeting = { fractional: [['on', 50], ['off', 50]] };
  core.setConfigurations(JSON.stringify({ flags: { flag } }));
  const contexts = users.map((targetingKey) => ({ targetingKey }));
  return async () => (number) => core.resolveBooleanEvaluation('flag', false, contexts[number & 1023], quiet).value;
}

function unleash() {
  const { Unleash, InMemStorageProvider } = require('unleash-client');
  const strategies = kind === 'rollout'
    ? [{ name: 'flexibleRollout', parameters: { rollout: '50', stickiness: 'userId', groupId: 'flag' } }]
    : [{ name: 'default', parameters: {} }];
  const client = new Unleash({
    appName: 'bench',
    // Nobody listens there, and nobody asks: the flags are given here.
    url: 'http://127.0.0.1:9/',
    bootstrap: { data: [{ name: 'flag', type: 'release', enabled: true, project: 'default', strategies, variants: [] }] },
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
  });
  client.on('error', () => {});
  client.on('warn', () => {});
  const contexts = users.map((userId) => ({ userId }));
  return async () => {
    await new Promise((resolve) => client.once('ready', resolve));
    return (number) => client.isEnabled('flag', contexts[number & 1023]);
  };
}

(async () => {
  const evaluate = await (peer === 'unleash' ? unleash() : flagdcore())();
  const run = (duration) => {
    const end = process.hrtime.bigint() + BigInt(duration) * 1000000n;
    const begin = process.hrtime.bigint();
    let count = 0;
    let on = 0;
    do {
      for (let number = 0; number < 10000; number++) if (evaluate(number)) on++;
      count += 10000;
    } while (process.hrtime.bigint() < end);
    const share = on / count;
    if (kind === 'rollout' ? share < 0.4 || share > 0.6 : share !== 1) throw new Error(`${peer} gave the flag to ${share} of the users`);
    return count / (Number(process.hrtime.bigint() - begin) / 1e9);
  };
  run(1000);
  console.log(Math.round(run(Number(milliseconds))));
  process.exit(0);
})();
