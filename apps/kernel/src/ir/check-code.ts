import { didYouMean } from '@skep/contracts/authoring';
import type { Report } from './ir-fault.js';
import type { CodeImpl } from './ir.js';
import { importsOf, isRelative, type ModuleExports, type Modules, resolveImport } from './modules.js';

const PATH = /^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9_-]+)*\.js$/;
const NOT_A_PATH = "the path must be letters, digits, '-' and '_' between slashes, and end with '.js', such as 'lib/text.js'";
const NOT_OWN = "bundle it, or import a module of the app by a path such as './text.js'";

/** Modules that are not JavaScript, and imports of what is not there. */
export function checkModules(modules: Modules, exported: ModuleExports, report: Report): void {
  for (const [path, text] of Object.entries(modules)) {
    const inModule = (msg: string) => report('invalid-module', `module '${path}': ${msg}`, path);
    const found = exported.get(path);
    if (!PATH.test(path)) inModule(NOT_A_PATH);
    else if (typeof found === 'string') inModule(found);
    else
      for (const specifier of importsOf(text)) {
        if (!isRelative(specifier)) inModule(`'${specifier}' cannot be imported: ${NOT_OWN}`);
        else if (!Object.hasOwn(modules, resolveImport(path, specifier))) inModule(`the app has no module '${specifier}'`);
      }
  }
}

/** A module with a fault has its own; what it exports is not known. */
export function checkCode({ module, entry }: CodeImpl, exported: ModuleExports, report: Report): void {
  const names = exported.get(module);
  const paths = [...exported.keys()];
  if (names === undefined)
    report('unknown-module', `the app has no module '${module}'${didYouMean(module, paths, ": add its text to 'app.modules'")}`, 'module');
  else if (typeof names !== 'string' && !names.has(entry))
    report('unknown-export', `module '${module}' does not export '${entry}'${didYouMean(entry, [...names])}`, 'entry');
}
