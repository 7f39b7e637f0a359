import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { NODE, ROOT } from '../setup/paths.mjs';

test('a command that waits for NATS ends when it is asked to', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const NATS_URL = `nats://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const child = spawn(NODE, [join(ROOT, 'tools/operator/status.ts')], { env: { ...process.env, NATS_URL }, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const [socket] = (await once(silent, 'connection')) as [Socket];
  child.kill('SIGTERM');
  expect(await exited).toEqual([130, null]);
  socket.destroy();
  silent.close();
});
