/**
 * The smallest application beside a Parley: it serves the pages of this folder, tells Parley who is looking at them, publishes as a
 * business application does, and passes `/parley/` on, so that all is one origin. For development: everybody is who they say they are.
 *
 * node examples/serve.mjs            then open http://localhost:3000/
 */
import { readFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { connect } from 'node:net';
import { extname } from 'node:path';

const parley = new URL(process.env.PARLEY_URL ?? 'http://localhost:8080/parley/');
const port = Number(process.env.PORT ?? 3000);
const here = new URL('./', import.meta.url);
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css' };
const pages = ['chat', 'notifications', 'dashboard', 'presence', 'polling', 'react'];
const index = `<!doctype html><title>Examples</title>${pages.map((page) => `<p><a href="/${page}.html?user=alice">${page}</a>`).join('')}`;

/** In real life your identity provider's job. */
async function tokenOf(user, roles) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(new URL('api/v1/dev/token', parley), { method: 'POST', headers, body: JSON.stringify({ user, roles }) });
  return (await answer.json()).token;
}

/** What only the role `publisher` may do is done by the server of the application. */
async function publish(path, body) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${await tokenOf('shop', ['publisher'])}` };
  return (await fetch(new URL(`api/v1/${path}`, parley), { method: 'POST', headers, body })).status;
}

async function answer(url, body, response) {
  const channel = url.searchParams.get('channel');
  if (url.pathname === '/') return response.setHeader('Content-Type', types['.html']).end(index);
  if (url.pathname === '/token') return response.end(await tokenOf(url.searchParams.get('user')));
  if (url.pathname === '/app/notify') return response.writeHead(await publish('notifications', body)).end();
  if (url.pathname === '/app/publish') return response.writeHead(await publish(`channels/${channel}/messages`, body)).end();
  if (!/^\/[a-z]+\.(html|css)$/.test(url.pathname)) return response.writeHead(404).end();
  response.setHeader('Content-Type', types[extname(url.pathname)]).end(await readFile(new URL(`.${url.pathname}`, here)));
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const failed = (error) => response.headersSent ? response.destroy() : response.writeHead(502).end(String(error));
  if (!url.pathname.startsWith('/parley/')) return bodyOf(request).then((body) => answer(url, body, response)).catch(failed);
  const { method, headers } = request;
  const onward = forward(new URL(request.url, parley), { method, headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward.on('error', failed));
});

server.on('upgrade', ({ method, url, rawHeaders }, near, head) => {
  const lines = rawHeaders.map((text, index) => text + (index % 2 ? '\r\n' : ': ')).join('');
  const far = connect(Number(parley.port || 80), parley.hostname, () => far.write(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`));
  far.write(head);
  for (const [from, to] of [[near, far], [far, near]]) from.pipe(to).on('error', () => from.destroy());
});

server.listen(port, '127.0.0.1', () => console.log(`Examples are ready: http://localhost:${server.address().port}/`));
