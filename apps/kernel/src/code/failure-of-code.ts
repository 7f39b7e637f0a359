import { SourceMap } from 'node:module';
import { IrError, isCodeOfAuthors } from '../ir/ir-error.js';
import type { Json } from '../ir/ir.js';
import { measureJson } from '../ir/plain-json.js';
import type { Outcome, ThrownError } from './messages.js';

const RESULT_LIMITS = { bytes: 256 * 1024, depth: 64 };
const MESSAGE_MAX = 1_000;
/** A frame of QuickJS: `at save (lib/notes.js:12:5)`. */
const FRAME = /^\s*at .*?\(?([\w/.-]+\.js):(\d+)(?::(\d+))?\)?$/m;
const INLINE_MAP = /^\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([A-Za-z0-9+/=]+)\s*$/m;

type Modules = Readonly<Record<string, string>>;

/** The result of a function, or its failure with the place in the author's file. @throws IrError */
export function outcomeOf(outcome: Outcome, modules: Modules): Json {
  if (outcome.kind === 'limit') throw new IrError('EXT_UNSTRUCTURED_ERROR', outcome.message);
  if (outcome.kind === 'thrown') throw toIrError(outcome.error, modules);
  const result = readResult(outcome.json);
  const { fault } = measureJson(result, RESULT_LIMITS);
  if (fault)
    throw new IrError('EXT_UNSTRUCTURED_ERROR', `the result ${fault.loc.length ? `at '${fault.loc.join('.')}' ` : ''}${fault.msg}`);
  return result;
}

/** The text comes from inside the sandbox. */
function readResult(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    throw new IrError('EXT_UNSTRUCTURED_ERROR', 'the result is not JSON');
  }
}

function toIrError({ message, code, stack = '' }: ThrownError, modules: Modules): IrError {
  const place = placeOf(stack, modules);
  const text = `${message}`.slice(0, MESSAGE_MAX).toWellFormed().replaceAll('\0', '\ufffd') || 'the function failed without a message';
  return new IrError(isCodeOfAuthors(code) ? code : 'EXT_UNSTRUCTURED_ERROR', place ? `${text} (${place})` : text);
}

/** `main.js:12:5`, or `src/main.ts:20:9` if the module has an inline source map. */
function placeOf(stack: string, modules: Modules): string | undefined {
  const [, path = '', line, column = '1'] = FRAME.exec(stack) ?? [];
  if (!line || !Object.hasOwn(modules, path)) return undefined;
  const original = originOf(modules[path]!, Number(line), Number(column));
  return original ?? `${path}:${line}:${column}`;
}

function originOf(text: string, line: number, column: number): string | undefined {
  const [, encoded] = INLINE_MAP.exec(text) ?? [];
  if (!encoded) return undefined;
  try {
    const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()) as ConstructorParameters<typeof SourceMap>[0]);
    const origin = map.findOrigin(line, column);
    return 'fileName' in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : undefined;
  } catch {
    // The author's tool wrote a map that is none: the place in the module is still right.
    return undefined;
  }
}
