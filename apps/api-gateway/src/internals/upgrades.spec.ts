import { expect, it } from '@jest/globals';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { isUpgrade, routeUpgrades, takeUpgrade } from './upgrades.js';

it('passes upgrades through hooks and routes, whose answer is HTTP or 101, and whose hooks end', async () => {
  const server = fastify();
  const sockets = new WebSocketServer({ noServer: true });
  const ended: number[] = [];
  routeUpgrades(server);
  server.addHook('onResponse', (_, { statusCode }, done) => {
    ended.push(statusCode);
    done();
  });
  server.get('/socket', (request: FastifyRequest, reply: FastifyReply) => {
    if (!isUpgrade(request) || request.headers['x-refused']) return reply.code(403).send('refused');
    const { socket, head } = takeUpgrade(request, reply);
    sockets.handleUpgrade(request.raw, socket, head, (opened) => opened.send('hello'));
    return reply;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `127.0.0.1:${(server.server.address() as AddressInfo).port}/socket`;
  expect((await fetch(`http://${url}`)).status).toBe(403);
  const refused = new WebSocket(`ws://${url}`, { headers: { 'x-refused': '1' } });
  const [, answer] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(answer.statusCode).toBe(403);
  const socket = new WebSocket(`ws://${url}`);
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(message.toString()).toBe('hello');
  expect(ended).toEqual([403, 403, 101]);
  socket.terminate();
  await server.close();
});
