// `npm run mutants`: see --help. Runs on the same Node as the tests.
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Fault, messageOf, run } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { type Mutant, plant } from './copies.ts';
import { replay } from './replay.ts';

/** The lists of planted bugs, in the builds of the apps and of the testkit, which tests the platform. */
const LISTS = '{apps,libs}/*/dist/test/mutants/index.js';

const help = `npm run mutants [-- NAME… --list FILE --minutes N]

Plants bugs in copies of an app's build, one per copy, and runs the test that must detect it. Fails if a test does not detect its bug,
if a test fails without a bug, or if the text that a bug replaces is not in the code any more.

  NAME         the bugs to plant (default: all)
  --list FILE  a module of an app's build that exports \`mutants\` (default: ${LISTS})
  --minutes N  the time limit per app (default: 20)
  --help       print this help and the names`;

await run(async () => {
  const { values, positionals } = options();
  const lists = await Promise.all((values.list ?? globSync(LISTS, { cwd: ROOT }).sort()).map(readList));
  const mutants = lists.flatMap((list) => list.mutants);
  if (values.help) return void console.log([help, '', ...mutants.map(({ name }) => `  ${name}`)].join('\n'));
  const unknown = positionals.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown) throw new Fault(`Unknown bug '${unknown}'. See npm run mutants -- --help.`);
  let survivors = 0;
  for (const { build, mutants } of lists) {
    const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    if (chosen.length) survivors += await countSurvivors(chosen, build, Number(values.minutes));
  }
  return survivors ? 1 : 0;
});

async function readList(list: string): Promise<{ mutants: Mutant[]; build: string }> {
  const file = resolve(ROOT, list);
  const { mutants } = (await import(pathToFileURL(file).href)) as { mutants: Mutant[] };
  return { mutants, build: resolve(file, '../../..') };
}

async function countSurvivors(mutants: Mutant[], build: string, minutes: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'skep-mutants-'));
  try {
    const survivors = await replay(plant(mutants, { build, folder }), { folder, minutes });
    console.log(`${relative(ROOT, build)}: ${mutants.length - survivors.length} of ${mutants.length} planted bugs were detected.`);
    return survivors.length;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        list: { type: 'string', multiple: true },
        minutes: { type: 'string', default: '20' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Fault(`${messageOf(error).split('\n')[0]}. See npm run mutants -- --help.`);
  }
}
