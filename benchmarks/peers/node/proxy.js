'use strict';

// node http-proxy in the balancer benchmark: two of three requests to production, each third to the canary.
// node proxy.js PORT PRODUCTION CANARY
const http = require('http');
const httpProxy = require('http-proxy');

const [port, production, canary] = process.argv.slice(2);
const turns = [`http://${production}`, `http://${production}`, `http://${canary}`];
let turn = 0;

const proxy = httpProxy.createProxyServer({ agent: new http.Agent({ keepAlive: true }), xfwd: true });
proxy.on('error', (error, request, response) => {
  console.error(error.message);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(502);
  response.end();
});

http
  .createServer((request, response) => {
    const target = turns[turn];
    turn = (turn + 1) % turns.length;
    proxy.web(request, response, { target });
  })
  .listen(Number(port), '127.0.0.1', 4096);
