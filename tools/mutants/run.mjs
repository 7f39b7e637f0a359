// `npm run mutants`: see --help. Runs on the same Node as the tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Fault, run } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { plant } from './copies.mjs';
import { replay } from './replay.mjs';

const LIST = 'apps/billing/dist/test/mutants/index.js';

const help = `npm run mutants [-- NAME… --list FILE --minutes N]

Plants bugs in copies of billing's build, one in each, and runs the test that is named to find it. Fails when a bug survives, when a
test fails without one, and when a bug can no longer be planted because the code has changed.

  NAME         some of them only; without one, all
  --list FILE  a module that exports \`mutants\` (${LIST})
  --minutes N  when to give up (20)
  --help       this page and the names`;

await run(async () => {
  const { values, positionals } = options();
  const { mutants } = await import(pathToFileURL(resolve(ROOT, values.list)).href);
  if (values.help) return void console.log([help, '', ...mutants.map(({ name }) => `  ${name}`)].join('\n'));
  const unknown = positionals.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown) throw new Fault(`There is no bug '${unknown}' to plant. See npm run mutants -- --help.`);
  const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

  const folder = mkdtempSync(join(tmpdir(), 'skep-mutants-'));
  try {
    const copies = plant(chosen, { build: join(ROOT, 'apps/billing/dist'), folder });
    const survivors = await replay(copies, { folder, minutes: Number(values.minutes) });
    console.log(`${chosen.length - survivors.length} of ${chosen.length} planted bugs were found.`);
    return survivors.length ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
});

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        list: { type: 'string', default: LIST },
        minutes: { type: 'string', default: '20' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Fault(`${error.message.split('\n')[0]}. See npm run mutants -- --help.`);
  }
}
