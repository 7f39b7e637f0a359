import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { registryFault } from '../setup/prepare.mjs';

const { npm_config_registry } = process.env;
let server: Server | undefined;

afterEach(() => {
  if (npm_config_registry === undefined) delete process.env.npm_config_registry;
  else process.env.npm_config_registry = npm_config_registry;
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A package registry on a port of its own. */
async function registry(answer: RequestListener): Promise<void> {
  const listening = (server = createServer(answer));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  process.env.npm_config_registry = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
}

test('an unreachable package registry is reported with the reason before anything is installed', async () => {
  await registry(() => {});
  server?.close();
  const { npm_config_registry: url } = process.env;
  expect(await registryFault()).toBe(`The package registry ${url} cannot be reached (ECONNREFUSED).`);
});

test('a package registry that does not answer is reported', async () => {
  await registry(() => {});
  expect(await registryFault(2_000)).toMatch(/cannot be reached \(ETIMEDOUT\)\.$/);
});

test.each([
  ['answers', 200],
  ['does not support ping', 404],
])('a package registry that %s is used', async (_, status) => {
  await registry((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
  expect(await registryFault()).toBeUndefined();
});
