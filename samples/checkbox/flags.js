'use strict';

const http = require('node:http');
const { text } = require('node:stream/consumers');
const { setTimeout: pause } = require('node:timers/promises');

const EVERY = 1000;
const PATIENCE = 1000;
const DEFAULT_PORT = 8014;

// A feature flag, as the feature flag service says: any node of it that answers GET /NAME with {"NAME":true} or
// {"NAME":false}. One that is disabled ({"NAME":null}) or not there (404) is off. The service is asked in the background, so
// that whoever wants to know the flag never waits.
class Flag {
  #name;
  #addresses;
  #port;
  #token;
  #isOn = false;
  #isLost = false;

  constructor(name, addresses, port, token) {
    this.#name = name;
    this.#addresses = addresses;
    this.#port = port;
    this.#token = token;
  }

  // The service's nodes come from FLAGS_ADDRESSES, with commas between them, FLAGS_PORT and FLAGS_TOKEN. Without
  // addresses the flag is off and nobody is asked.
  static fromEnvironment(name, { FLAGS_ADDRESSES, FLAGS_PORT, FLAGS_TOKEN }) {
    const addresses = (FLAGS_ADDRESSES ?? '').split(',').map((address) => address.trim()).filter((address) => address !== '');
    return new Flag(name, addresses, FLAGS_PORT || DEFAULT_PORT, FLAGS_TOKEN);
  }

  // What the service said last; off until it has said something.
  get isOn() {
    return this.#isOn;
  }

  // Asks for the first time, and then goes on in the background as long as the process has something else to do.
  async follow() {
    if (this.#addresses.length === 0) return;
    await this.#refresh();
    this.#goOn();
  }

  async #goOn() {
    while (true) {
      await pause(EVERY, null, { ref: false });
      await this.#refresh();
    }
  }

  async #refresh() {
    const problems = [];
    while (problems.length < this.#addresses.length) {
      const [address] = this.#addresses;
      try {
        this.#isOn = await this.#ask(address);
        if (this.#isLost) console.log('The feature flag service answers again.');
        this.#isLost = false;
        return;
      } catch (error) {
        problems.push(`${address}: ${describe(error)}`);
        // The next one is asked, and stays the first to be asked as long as it answers.
        this.#addresses.push(this.#addresses.shift());
      }
    }
    if (!this.#isLost) console.error(`The feature flag service does not answer (${problems.join('; ')}): ${this.#name} stays ${this.#isOn ? 'on' : 'off'}.`);
    this.#isLost = true;
  }

  async #ask(address) {
    const { status, body } = await get(`http://${address.includes(':') ? `[${address}]` : address}:${this.#port}/${this.#name}`, this.#token);
    if (status === 404) return false;
    if (status !== 200) throw new Error(`status ${status}`);
    const value = JSON.parse(body)?.[this.#name];
    if (value !== null && typeof value !== 'boolean') throw new Error('an answer without the flag');
    return value === true;
  }
}

function get(url, token) {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: token ? { Authorization: `Bearer ${token}` } : {}, signal: AbortSignal.timeout(PATIENCE) }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      })
      .on('error', reject)
      // Asking keeps no process from ending.
      .on('socket', (socket) => socket.unref());
  });
}

function describe(error) {
  if (error.name === 'AbortError') return 'no answer within a second';
  if (error instanceof SyntaxError) return 'an answer that is not JSON';
  return error.code ?? error.message;
}

module.exports = { Flag };
