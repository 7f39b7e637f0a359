import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../setup/execute.mjs';
import { NODE, ROOT } from '../setup/paths.mjs';
import type { AuthorFault } from './bundle.ts';
import type { AppFolder } from './folder.ts';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What the compiler says of the types in a folder with a tsconfig.json. The code runs nevertheless. */
export async function findTypeFaults({ path }: Pick<AppFolder, 'path'>): Promise<AuthorFault[]> {
  if (!existsSync(join(path, 'tsconfig.json'))) return [];
  const { output } = await execute(NODE, [TSC, '-p', path, '--pretty', 'false'], { cwd: path });
  return [...output.matchAll(/^(.+)\((\d+),(\d+)\): error TS\d+: (.*)$/gm)].map(([, file = '', line, column, message = '']) => ({
    file,
    line: Number(line),
    column: Number(column),
    message,
  }));
}
