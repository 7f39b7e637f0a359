import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { APP_ID } from '@skep/contracts';
import { Fault } from '../setup/fault.mjs';
import { nearest } from '../setup/nearest.mjs';
import { ROOT } from '../setup/paths.mjs';
import { fromCaller } from './folder.ts';

const folderOf = (template: string) => join(ROOT, 'tools/author/templates', template);
/** What the templates with code have in common. */
const SHARED = 'typescript';
const TEMPLATES = ['declarative', 'code', 'panel', 'schedule', 'http-api'];

/** Makes the folder of a new app. @param folder whose last part is the id of the app @returns its absolute path @throws Fault */
export function initApp(folder: string, template = 'declarative'): string {
  const path = fromCaller(folder);
  const id = basename(path);
  if (!TEMPLATES.includes(template))
    throw new Fault(`Unknown template '${template}'. Did you mean '${nearest(template, TEMPLATES)}'? There are ${TEMPLATES.join(', ')}.`);
  if (!APP_ID.test(id))
    throw new Fault(`'${id}' cannot be the id of an app: use at least two lower-case letters, digits and inner hyphens.`);
  if (existsSync(path)) throw new Fault(`${path} exists already. Choose another name.`);
  cpSync(folderOf(template), path, { recursive: true });
  if (existsSync(join(path, 'src'))) {
    cpSync(folderOf(SHARED), path, { recursive: true });
    cpSync(join(ROOT, 'libs/app/dist/src'), join(path, 'types'), { recursive: true });
    cpSync(join(ROOT, 'libs/app/globals.d.ts'), join(path, 'types/globals.d.ts'));
  }
  nameApp(path, id);
  return path;
}

/** Writes the id of the app where the template has APP_ID. */
function nameApp(folder: string, id: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) nameApp(path, id);
    else writeFileSync(path, readFileSync(path, 'utf8').replaceAll('APP_ID', id));
  }
}
