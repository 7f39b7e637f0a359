import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { generate } from './files.ts';

/** Writes every generated file, or with `--check` names those that are not up to date. */
const check = process.argv.includes('--check');
await run(async () => {
  const outdated = Object.entries(await generate()).filter(([file, text]) => read(file) !== text);
  for (const [file, text] of outdated) if (!check) writeFileSync(join(ROOT, file), text);
  for (const [file] of outdated) process.stdout.write(`${check ? 'not up to date' : 'written'}: ${file}\n`);
  if (!check || !outdated.length) return 0;
  process.stderr.write('Run npm run generate and commit the files.\n');
  return 1;
});

function read(file: string): string | undefined {
  try {
    return readFileSync(join(ROOT, file), 'utf8');
  } catch {
    return undefined;
  }
}
