import { parse, type Program } from 'acorn';
import { posix } from 'node:path';

/** What each module exports, by path; for one that cannot be read, why. */
export type ModuleExports = ReadonlyMap<string, ReadonlySet<string> | string>;

/** The text of each module, by path. */
export type Modules = Readonly<Record<string, string>>;
type Statement = Program['body'][number];

/** The path of a module that another one imports by a relative path. */
export const resolveImport = (from: string, specifier: string): string => posix.normalize(posix.join(posix.dirname(from), specifier));

/** Whether a module can be imported by this text: only modules of the same app can. */
export const isRelative = (specifier: string): boolean => /^\.{1,2}\//.test(specifier);

/** Reads the modules of an app, without running them. */
export function readExports(modules: Modules): ModuleExports {
  const programs = new Map(Object.entries(modules).map(([path, text]) => [path, read(text)]));
  return new Map([...programs].map(([path, program]) => [path, typeof program === 'string' ? program : exportsOf(path, new Set())]));

  function exportsOf(path: string, seen: Set<string>): Set<string> {
    const program = programs.get(path);
    if (seen.has(path) || !program || typeof program === 'string') return new Set();
    seen.add(path);
    const all = program.body.flatMap((node) => (node.type === 'ExportAllDeclaration' && !node.exported ? [String(node.source.value)] : []));
    const passedOn = all.flatMap((specifier) => [...exportsOf(resolveImport(path, specifier), seen)].filter((name) => name !== 'default'));
    return new Set([...program.body.flatMap(namesOf), ...passedOn]);
  }
}

/** What a module that can be read imports. */
export function importsOf(text: string): string[] {
  const program = read(text);
  if (typeof program === 'string') return [];
  return program.body.flatMap((node) => ('source' in node && node.source ? [String(node.source.value)] : []));
}

/** The program, or why the text is none, with line and column. */
function read(text: string): Program | string {
  try {
    return parse(text, { ecmaVersion: 2024, sourceType: 'module' });
  } catch (error) {
    return error instanceof SyntaxError ? `it is not JavaScript: ${error.message}` : 'it is nested too deeply';
  }
}

function namesOf(node: Statement): string[] {
  if (node.type === 'ExportDefaultDeclaration') return ['default'];
  if (node.type === 'ExportAllDeclaration') return node.exported ? [nameOf(node.exported)] : [];
  if (node.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = node;
  if (declaration?.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  return declaration ? [declaration.id.name] : specifiers.map(({ exported }) => nameOf(exported));
}

const nameOf = (node: { type: 'Identifier'; name: string } | { type: 'Literal'; value?: unknown }): string =>
  node.type === 'Identifier' ? node.name : String(node.value);
