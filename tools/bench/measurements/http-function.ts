import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logIn } from '../client.ts';
import { contest } from '../contest.ts';
import type { Measurement } from '../measurement.ts';
import { callerOf, deployOwnApp } from '../notes-app.ts';

export const description = 'a call of a function on a server of its developer, signed, recorded and metered; beside a bare fetch';

const APP = 'bench-server';
const ANSWER = JSON.stringify({ text: 'Milk, eggs.' });

export const run: Measurement['run'] = async (skep, options) => {
  const [server, url] = await listen((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(ANSWER));
  });
  const [bare, bareUrl] = await listen((_, response) => {
    const body = JSON.stringify({ type: 'function.call', data: { params: {} } });
    const answer = fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then((got) => got.text());
    void answer.then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  try {
    const { access_token: token } = await logIn(skep);
    const caller = await callerOf(skep.http, token);
    const fn = { name: 'answer', description: 'Answers.', action_type: 'read', impl: { kind: 'http', url } };
    const ir_dict = { ir_version: '1.0', app: { id: APP, version: '1.0.0', title: 'Bench server', functions: [fn] } };
    await deployOwnApp(skep.http, token, caller, ir_dict);
    await caller.call(APP, 'answer', {});
    const path = `/v1/extensions/${APP}/call`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = { method: 'POST' as const, path, headers, body: JSON.stringify(caller.body('answer', {})) };
    const results = await contest(
      'http-function',
      [
        { name: 'skep', url: skep.url, requests: [request], pids: skep.pids },
        { name: 'fetch', url: bareUrl, requests: [{ method: 'GET', path: '/' }], pids: {} },
      ],
      options,
    );
    return { title: `POST ${path}: a server on loopback, 64 connections`, results, targets: [] };
  } finally {
    for (const one of [server, bare]) one.close();
  }
};

async function listen(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`] as const;
}
