import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ExtensionDescriptor, QuickJS, type QuickJSOptions } from 'quickjs-wasi';
import { completeUrl } from './complete-url.js';
import { createContext } from './context.js';

interface Part {
  name: string;
  names: RegExp;
  complete?: () => void;
}

/** Standard parts beside the language, each with the names by which code uses it: what the code does not name is not loaded. `complete` is run in the sandbox. */
const PARTS = [
  { name: 'url', names: /\bURL(SearchParams)?\b/, complete: completeUrl },
  { name: 'encoding', names: /\bText(En|De)coder\b/ },
  { name: 'crypto', names: /\bcrypto\b/ },
] satisfies Part[];

/** QuickJS as WebAssembly and our own code in its sandboxes, compiled once for a thread. */
export class Engine {
  private constructor(
    private readonly wasm: WebAssembly.Module,
    private readonly parts: readonly ExtensionDescriptor[],
    /** The bytecode of the function `createContext`. */
    readonly context: Uint8Array,
    private readonly completions: ReadonlyMap<string, Uint8Array>,
  ) {}

  static async load(): Promise<Engine> {
    const [wasm, ...parts] = await Promise.all([compile('quickjs.wasm'), ...PARTS.map(({ name }) => compile(`${name}.so`))]);
    const vm = await QuickJS.create({ wasm });
    const named: readonly Part[] = PARTS;
    const completions = named.flatMap(({ name, complete }) =>
      complete ? [[name, vm.compile(`(${complete.toString()})()`)] as const] : [],
    );
    const context = vm.compile(`(${createContext.toString()})`);
    vm.dispose();
    return new Engine(
      wasm,
      parts.map((part, index) => ({ name: PARTS[index]!.name, wasm: part })),
      context,
      new Map(completions),
    );
  }

  /** What an instance for these modules is made of. */
  optionsFor(texts: readonly string[]): Pick<QuickJSOptions, 'extensions'> & { wasm: WebAssembly.Module } {
    const extensions = this.parts.filter((_, index) => isNamed(PARTS[index]!, texts));
    return { wasm: this.wasm, extensions };
  }

  /** The bytecode that is run in an instance for these modules before they are. */
  preludesFor(texts: readonly string[]): Uint8Array[] {
    return PARTS.filter((part) => isNamed(part, texts)).flatMap(({ name }) => this.completions.get(name) ?? []);
  }
}

const isNamed = ({ names }: { names: RegExp }, texts: readonly string[]): boolean => texts.some((text) => names.test(text));

const compile = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(fileURLToPath(import.meta.resolve(`quickjs-wasi/${name}`))));
