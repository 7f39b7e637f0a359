import { isObject } from '@skep/contracts';
import { build, type BuildFailure, type Message } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AppFolder } from './folder.ts';

/** A mistake of the author. `file` is relative to the folder. */
export interface AuthorFault {
  file: string;
  line?: number;
  column?: number;
  message: string;
}

/** The modules of an app by path, or why there are none. */
export interface Bundle {
  modules: Record<string, string>;
  faults: AuthorFault[];
}

/**
 * Compiles the modules that app.json names: `main.js` from src/main.ts or src/main.js, with all that it imports, also of npm packages.
 * Each carries its source map, so that errors name the author's lines.
 */
export async function bundleModules({ path, ir }: AppFolder): Promise<Bundle> {
  const entries = modulesIn(ir).map((name) => ({ name, out: name.replace(/\.js$/, ''), file: sourceOf(path, name) }));
  const missing = entries.find(({ file }) => !existsSync(join(path, file)));
  if (missing)
    return { modules: {}, faults: [{ file: missing.file, message: `does not exist, but app.json names the module '${missing.name}'` }] };
  if (!entries.length) return { modules: {}, faults: [] };
  try {
    const { outputFiles } = await build({
      absWorkingDir: path,
      entryPoints: entries.map(({ out, file }) => ({ in: `./${file}`, out })),
      outdir: path,
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      charset: 'utf8',
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    });
    return { modules: Object.fromEntries(outputFiles.map((output) => [output.path.slice(path.length + 1), output.text])), faults: [] };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { modules: {}, faults: error.errors.map(toFault) };
  }
}

/** The source of a module: TypeScript, if there is a file of it. */
export function sourceOf(path: string, module: string): string {
  const source = `src/${module.replace(/\.js$/, '.ts')}`;
  return existsSync(join(path, source)) || !existsSync(join(path, `src/${module}`)) ? source : `src/${module}`;
}

/** The modules that functions, panels and sections name, each once. */
function modulesIn(value: unknown): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(modulesIn))];
  if (!isObject(value)) return [];
  const own = value.kind === 'code' && typeof value.module === 'string' ? [value.module] : [];
  return [...new Set([...own, ...Object.values(value).flatMap(modulesIn)])];
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

const toFault = ({ text, location }: Message): AuthorFault => ({
  file: location?.file ?? 'src',
  ...(location && { line: location.line, column: location.column + 1 }),
  message: text,
});
