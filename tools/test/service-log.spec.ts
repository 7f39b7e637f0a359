import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { serviceLog } from '../start/service-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skep-service-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the output of services is written to a file, and the terminal shows warnings and errors', async () => {
  const shown = jest.spyOn(console, 'log').mockImplementation(() => {});
  const file = join(folder, 'services.log');
  const output = new PassThrough();
  const done = serviceLog(file).read(output);
  const lines = ['{"level":"info","msg":"request"}', '{"level":"warn","msg":"NATS is down"}', 'Error: not JSON', '{"level":"error"}'];
  output.end(`${lines.join('\n')}\n`);
  await done;
  expect(readFileSync(file, 'utf8')).toBe(`${lines.join('\n')}\n`);
  expect(shown.mock.calls.flat()).toEqual(lines.slice(1));
  shown.mockRestore();
});
