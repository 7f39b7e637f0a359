import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../../../docs/examples/', import.meta.url);

/** An app of docs/examples: see its README. */
export interface Example {
  ir: { app: { title: string; description: string } };
  manifest?: object;
  calls: ExampleCall[];
  /** Apps that must be installed first. */
  needs: string[];
}

export interface ExampleCall {
  function?: string;
  params?: object;
  request?: string;
  headers?: Record<string, string>;
  body?: string | object;
  by?: 'developer' | 'nobody';
  as?: string;
  status?: number;
  result?: unknown;
  eventually?: true;
}

/** The ids of all examples. */
export const EXAMPLES: readonly string[] = globSync('{*/calls.json,*.calls.json}', { cwd: fileURLToPath(FOLDER) })
  .map((file) => file.split(/[/.]/)[0]!)
  .sort();

/** The file with the server of an example, if it has one. */
export function serverOf(id: string): string | undefined {
  const file = fileURLToPath(new URL(`${id}/server.js`, FOLDER));
  return existsSync(file) ? file : undefined;
}

/** Reads an example. @param addresses what to write instead of addresses of the example, which are on the Internet */
export async function readExample(id: string, addresses: Readonly<Record<string, string>>): Promise<Example> {
  const folder = new URL(`${id}/`, FOLDER);
  const [app, others] = existsSync(folder) ? [`${id}/app.json`, `${id}/`] : [`${id}.json`, `${id}.`];
  const read = async (file: string) => {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    return Object.entries(addresses).reduce((changed, [address, other]) => changed.replaceAll(address, other), text);
  };
  const ir = JSON.parse(await read(app)) as Example['ir'];
  const names = globSync('src/**/*.js', { cwd: fileURLToPath(folder) });
  const modules = await Promise.all(names.map(async (name) => [name.replace(/^src\//, ''), await read(`${id}/${name}`)] as const));
  if (modules.length) Object.assign(ir.app, { modules: Object.fromEntries(modules) });
  const manifest = `${others}manifest.json`;
  return {
    ir,
    needs: [],
    ...(JSON.parse(await read(`${others}calls.json`)) as Pick<Example, 'calls'>),
    ...(existsSync(new URL(manifest, FOLDER)) && { manifest: JSON.parse(await read(manifest)) as object }),
  };
}

/** Replaces texts such as `{{added.data.id}}` in a value by what the answer with that name has there. */
export function fill<T>(value: T, answers: Readonly<Record<string, unknown>>): T {
  const find = (path: string) => path.split('.').reduce((found, key) => (found as Record<string, unknown>)[key], answers as unknown);
  return mapTexts(value, (text) => (/^\{\{[^{}]+\}\}$/.test(text) ? find(text.slice(2, -2)) : text)) as T;
}

/** Replaces each text of a value. */
export function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapTexts(child, change)]));
}
