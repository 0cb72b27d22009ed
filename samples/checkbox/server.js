'use strict';

// checkbox.io: studies are created and listed. The port comes from APP_PORT, the shared database from DATABASE_HOST,
// DATABASE_PORT and DATABASE_PASSWORD. Listens on all addresses. While the feature flag `featureflag` is on, its pages are
// called feature.io; flags.js says where the flag comes from.

const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { Database } = require('./database.js');
const { Flag } = require('./flags.js');
const { StudyForm } = require('./study.js');
const { studiesPage, messagePage } = require('./page.js');

const LONGEST_FORM = 64 * 1024;
const SHOWN = 100;
const PATIENCE_AT_START = 1000;
const FILES = new Map([
  ['/style.css', 'text/css; charset=utf-8'],
  ['/title.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'image/svg+xml'],
].map(([name, type]) => [name, { type, content: fs.readFileSync(path.join(__dirname, 'public', name)) }]));

const flag = Flag.fromEnvironment('featureflag', process.env);
const about = {
  version: fs.readFileSync(path.join(__dirname, 'version.txt'), 'utf8').trim(),
  host: os.hostname(),
  // public/title.js knows both names too.
  get name() {
    return flag.isOn ? 'feature.io' : 'checkbox.io';
  },
};
const database = new Database(required('DATABASE_HOST'), Number(required('DATABASE_PORT')), required('DATABASE_PASSWORD'));
const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => fail(response, error));
});

function required(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`The variable ${name} is not set.`);
  process.exit(2);
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const file = FILES.get(pathname);
  if (request.method === 'POST' && pathname === '/studies') return create(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, messagePage('This page takes no such request.', about), { Allow: 'GET, HEAD' });
  }
  if (pathname === '/' || pathname === '/studies') return list(response, 200, StudyForm.blank());
  if (pathname === '/health') return health(response);
  if (pathname === '/featureflag') return send(response, 200, JSON.stringify({ featureflag: flag.isOn }), { 'Content-Type': 'application/json; charset=utf-8' });
  if (file) return send(response, 200, file.content, { 'Content-Type': file.type, 'Cache-Control': 'no-cache' });
  return send(response, 404, messagePage('There is no such page.', about));
}

async function list(response, status, form) {
  const [studies, total] = await Promise.all([database.newest(SHOWN), database.count()]);
  send(response, status, studiesPage({ studies, total, form, about }));
}

async function create(request, response) {
  // Browsers say where a form was sent from; one on somebody else's page adds nothing here.
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    return send(response, 403, messagePage('Studies are added from this page only.', about));
  }
  const body = await readBody(request);
  if (body === null) {
    return send(response, 413, messagePage('That is more than a study can hold.', about), { Connection: 'close' });
  }
  const form = StudyForm.read(new URLSearchParams(body));
  if (form.hasErrors) return list(response, 422, form);
  await database.add(form.title, form.question);
  // The answer to a form is another page, so that reloading it does not add the study again.
  return send(response, 303, '', { Location: '/' });
}

async function readBody(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LONGEST_FORM) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

// Says whether this instance can do its work, which takes the database. Its name here is for deployments: no flag changes it.
async function health(response) {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
  try {
    const total = await database.count();
    send(response, 200, `healthy: checkbox.io ${about.version} on ${about.host}, ${total} studies\n`, headers);
  } catch (error) {
    send(response, 503, `unhealthy: checkbox.io ${about.version} on ${about.host}: the database does not answer (${error.code})\n`, headers);
  }
}

function send(response, status, content, headers = {}) {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; form-action 'self'",
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : content);
}

function fail(response, error) {
  // A driver's error has a code, and says enough by its message; anything else is a mistake of ours.
  console.error(error.code ? `The database does not do its part: ${error.message}` : error);
  if (response.headersSent) return response.destroy();
  return send(response, 503, messagePage('The database does not answer. Try again in a moment.', about), { 'Retry-After': '5' });
}

function stop() {
  // Requests that are being answered end first; idle connections do not keep the process.
  server.close(() => database.close());
  server.closeIdleConnections();
}

async function start(port) {
  // So that already the first page has the right name; it is there in time all the same if nobody answers.
  await Promise.race([flag.follow(), pause(PATIENCE_AT_START)]);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  server.on('error', (error) => {
    console.error(`Cannot listen: ${error.message}`);
    process.exit(1);
  });
  server.listen(port, () => {
    console.log(`checkbox.io ${about.version} on ${about.host} listens at port ${server.address().port}`);
  });
}

start(Number(required('APP_PORT')));
