import { parse, type Program } from 'acorn';
import { posix } from 'node:path';

/** What each module exports, by path; for one that cannot be read, why. */
export type ModuleExports = ReadonlyMap<string, ReadonlySet<string> | string>;

const PATH = /^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9_-]+)*\.js$/;
const NOT_A_PATH = "the path must be letters, digits, '-' and '_' between slashes, and end with '.js', such as 'lib/text.js'";

type Modules = Readonly<Record<string, string>>;
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

/** Modules that are not JavaScript, and imports of what is not there. */
export function findModuleFaults(modules: Modules, exported: ModuleExports): { path: string; msg: string }[] {
  return Object.entries(modules).flatMap(([path, text]) => {
    if (!PATH.test(path)) return [{ path, msg: NOT_A_PATH }];
    const found = exported.get(path);
    if (typeof found === 'string') return [{ path, msg: found }];
    const program = read(text) as Program;
    const specifiers = program.body.flatMap((node) => ('source' in node && node.source ? [String(node.source.value)] : []));
    return specifiers.flatMap((specifier) => {
      if (!isRelative(specifier))
        return [{ path, msg: `'${specifier}' cannot be imported: bundle it, or import a module of the app by a path such as './text.js'` }];
      return Object.hasOwn(modules, resolveImport(path, specifier)) ? [] : [{ path, msg: `the app has no module '${specifier}'` }];
    });
  });
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
