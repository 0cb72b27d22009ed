// Tells an Uptime Kuma that was just started what to check, as its own page does when a backup is restored:
//   node fill.js KUMA'S-ADDRESS TARGETS SECONDS PAGE
const { io } = require('socket.io-client');

const [address, targets, interval, url] = process.argv.slice(2);
const [user, password] = ['bench', 'bench-0-marks'];

async function fill() {
  const socket = io(address, { transports: ['websocket'] });
  const ask = async (...message) => {
    const answer = await new Promise(resolve => socket.emit(...message, resolve));
    if (!answer.ok) throw new Error(`${message[0]}: ${answer.msg}`);
  };
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  await ask('setup', user, password);
  await ask('login', { username: user, password });
  const monitorList = Array.from({ length: Number(targets) }, (_, number) => ({
    name: `target-${number}`,
    type: 'http',
    url,
    method: 'GET',
    interval: Number(interval),
    retryInterval: Number(interval),
    timeout: 5,
    maxretries: 1,
    maxredirects: 0,
    ignoreTls: false,
    upsideDown: false,
    invertKeyword: false,
    accepted_statuscodes: ['200-299'],
    dns_resolve_type: 'A',
    dns_resolve_server: '127.0.0.1',
    notificationIDList: {},
    tags: [],
    active: 1,
  }));
  await ask('uploadBackup', JSON.stringify({ version: '2.0.0', notificationList: [], proxyList: [], monitorList }), 'keep');
}

fill().then(() => process.exit(0), error => {
  console.error(error.message);
  process.exit(1);
});
