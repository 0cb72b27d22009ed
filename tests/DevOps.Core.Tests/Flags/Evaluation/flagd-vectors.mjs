// Writes flagd-vectors.json: what flagd's own evaluator comes to, which FlagdVectorTests hold ours to.
//   npm install @openfeature/flagd-core@4.0.1 && node flagd-vectors.mjs > flagd-vectors.json
import { FlagdCore } from '@openfeature/flagd-core';

// Keys are ASCII: of others that evaluator hashes something else than flagd, which hashes UTF-8. Operations on arrays get arrays: of
// anything else it fails, and flagd comes to nothing.
const words = { on: 'ON', off: 'OFF', third: 'THIRD', true: 'YES', false: 'NO', 1: 'ONE', null: 'NULL' };
const rules = {
  half: { fractional: [['on', 50], ['off', 50]] },
  tenth: { fractional: [['on', 10], ['off', 90]] },
  thirds: { fractional: [['on'], ['off'], ['third']] },
  byEmail: { fractional: [{ var: 'email' }, ['on', 25], ['off', 25], ['third', 50]] },
  byTwo: { fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] }, ['on', 1], ['off', 999]] },
  dynamicWeight: { fractional: [['on', { '+': [{ var: 'age' }, 0] }], ['off', { '-': [50, { var: 'age' }] }]] },
  dynamicVariant: { fractional: [[{ if: [{ var: 'beta' }, 'on', 'third'], }, 50], ['off', 50]] },
  nullVariant: { fractional: [[null, 50], ['off', 50]] },
  zeroWeights: { fractional: [['on', 0], ['off', 0]] },
  tooHeavy: { fractional: [['on', 2147483647], ['off', 1]] },
  brokenWeight: { fractional: [['on', 1.5], ['off', 1]] },
  email: { if: [{ ends_with: [{ var: 'email' }, '@faas.com'] }, 'on', null] },
  prefix: { if: [{ starts_with: [{ var: 'email' }, 'r'] }, 'on', 'off'] },
  noText: { if: [{ starts_with: [{ var: 'age' }, '4'] }, 'on', 'off'] },
  semver: { if: [{ sem_ver: [{ var: 'version' }, '>=', '1.2.0'] }, 'on', 'off'] },
  semverMajor: { if: [{ sem_ver: [{ var: 'version' }, '^', '1.0.0'] }, 'on', 'off'] },
  semverMinor: { if: [{ sem_ver: [{ var: 'version' }, '~', 'v1.2.9'] }, 'on', 'off'] },
  boolean: { '==': [{ var: 'country' }, 'NO'] },
  loose: { '==': [{ var: 'age' }, '42'] },
  strict: { '===': [{ var: 'age' }, '42'] },
  not: { '!': [{ var: 'beta' }] },
  twice: { '!!': [{ var: 'list' }] },
  between: { '<': [18, { var: 'age' }, 65] },
  least: { '<=': [{ var: 'age' }, 42] },
  more: { '>': [{ var: 'age' }, '41'] },
  inList: { if: [{ in: [{ var: 'country' }, ['NO', 'SE']] }, 'on', 'off'] },
  inText: { if: [{ in: ['aa', { var: 'email' }] }, 'on', 'off'] },
  nested: { if: [{ '==': [{ var: 'address.city' }, 'Oslo'] }, 'on', 'off'] },
  defaulted: { if: [{ '==': [{ var: ['address.zip', 'none'] }, 'none'] }, 'on', 'off'] },
  and: { if: [{ and: [{ var: 'beta' }, { '>': [{ var: 'age' }, 18] }] }, 'on', 'off'] },
  or: { if: [{ or: [{ var: 'beta' }, { '==': [{ var: 'country' }, 'SE'] }] }, 'on', 'off'] },
  chain: { if: [{ '==': [{ var: 'country' }, 'NO'] }, 'on', { '==': [{ var: 'country' }, 'SE'] }, 'third', 'off'] },
  cat: { cat: ['o', 'n'] },
  substr: { substr: [{ cat: ['x', 'on', 'x'] }, 1, 2] },
  sum: { if: [{ '==': [{ '+': [{ var: 'age' }, 1] }, 43] }, 'on', 'off'] },
  remainder: { if: [{ '%': [{ var: 'age' }, 2] }, 'on', 'off'] },
  maximum: { if: [{ '==': [{ max: [1, { '+': [{ var: ['age', 0] }] }, 3] }, 42] }, 'on', 'off'] },
  some: { if: [{ some: [{ var: ['list', ['']] }, { '==': [{ var: '' }, 'b'] }] }, 'on', 'off'] },
  all: { if: [{ all: [{ var: ['list', ['']] }, { in: [{ var: '' }, 'abc'] }] }, 'on', 'off'] },
  none: { if: [{ none: [{ var: ['list', ['']] }, { '==': [{ var: '' }, 'z'] }] }, 'on', 'off'] },
  filtered: { if: [{ '==': [{ reduce: [{ filter: [{ var: ['numbers', []] }, { '>': [{ var: '' }, 1] }] }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 5] }, 'on', 'off'] },
  mapped: { if: [{ in: [4, { map: [{ var: ['numbers', []] }, { '*': [{ var: '' }, 2] }] }] }, 'on', 'off'] },
  merged: { if: [{ in: ['d', { merge: [{ var: ['list', ['']] }, ['c', 'd']] }] }, 'on', 'off'] },
  missing: { if: [{ missing: ['email'] }, 'off', 'on'] },
  missingSome: { if: [{ missing_some: [1, ['email', 'phone']] }, 'off', 'on'] },
  unknownVariant: { if: [true, 'nowhere', 'on'] },
  nothing: { if: [{ var: 'beta' }, 'on'] },
  one: { '+': [1, 0] },
  keyed: { if: [{ '==': [{ var: '$flagd.flagKey' }, 'keyed'] }, 'on', 'off'] },
  unknownOperation: { frobnicate: [1] },
  empty: {},
};
const contexts = [
  {},
  { targetingKey: 'foo@foo.com', email: 'foo@foo.com', country: 'NO', age: 42, beta: true, version: '1.2.0', list: ['a', 'b'], numbers: [1, 2, 3], address: { city: 'Oslo' } },
  { targetingKey: 'rachel@faas.com', email: 'rachel@faas.com', country: 'SE', age: 17, beta: false, version: 'v1.1.9', list: [], numbers: [], address: { city: 'Malmö', zip: '1' } },
  { targetingKey: 'monica@faas.com', email: 'monica@faas.com', country: 'DK', age: 65, beta: 1, version: '2', list: ['z'], numbers: [5], phone: '1' },
  { targetingKey: 'someone with spaces', email: 'aa', country: 'NO', age: '42', beta: 'no', version: '1.2.0-rc.1', list: ['text'], numbers: [7] },
  { targetingKey: '', email: '', country: null, age: null, beta: null, version: 'none' },
];
for (let user = 0; user < 20; user++) contexts.push({ targetingKey: `user-${user}`, email: `user-${user}@example.com`, age: user, country: 'NO', version: `1.${user}`, beta: user % 2 === 0, list: ['b'], numbers: [user] });

const flags = {};
for (const [name, targeting] of Object.entries(rules)) flags[name] = { state: 'ENABLED', variants: words, defaultVariant: 'off', targeting };
flags.static = { state: 'ENABLED', variants: words, defaultVariant: 'on' };
flags.disabled = { state: 'DISABLED', variants: words, defaultVariant: 'on', targeting: rules.half };
flags.withoutDefault = { state: 'ENABLED', variants: words, targeting: rules.email };

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore(undefined, quiet);
core.setConfigurations(JSON.stringify({ flags }));
const cases = [];
for (const flag of Object.keys(flags)) {
  for (const [context, attributes] of contexts.entries()) {
    const { variant, reason, errorCode } = core.resolveStringEvaluation(flag, 'none', attributes, quiet);
    cases.push({ flag, context, variant, reason, errorCode });
  }
}
console.log(`{"flags":${JSON.stringify(flags)},\n"contexts":[\n${contexts.map((context) => JSON.stringify(context)).join(',\n')}],\n"cases":[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]}`);
