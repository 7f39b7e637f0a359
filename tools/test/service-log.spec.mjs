import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { serviceLog } from '../start/service-log.mjs';

let folder;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'skep-service-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what services print is kept in a file, and the terminal shows only what is worth it', async () => {
  const shown = jest.spyOn(console, 'log').mockImplementation(() => {});
  const file = join(folder, 'services.log');
  const output = new PassThrough();
  const kept = serviceLog(file).keep(output);
  const lines = ['{"level":"info","msg":"request"}', '{"level":"warn","msg":"NATS is away"}', 'Error: not JSON', '{"level":"error"}'];
  output.end(`${lines.join('\n')}\n`);
  await kept;
  expect(readFileSync(file, 'utf8')).toBe(`${lines.join('\n')}\n`);
  expect(shown.mock.calls.flat()).toEqual(lines.slice(1));
  shown.mockRestore();
});
