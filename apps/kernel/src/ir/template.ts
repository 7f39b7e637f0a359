import { applyFilter, parseFilters, type FilterCall } from './filters.js';
import { isObject, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { toText } from './plain-json.js';

/** What a binding may name: the roots of a run, and in a panel also the elements that it repeats. */
export type Context = JsonObject;

/** `event` is the call's params, and so is `args`; `steps` are the results by step id, `prev` is the latest result. */
export const ROOTS = ['event', 'args', 'steps', 'prev'] as const;

/** The context of a call that has no results yet. */
export const contextOf = (params: JsonObject): Record<(typeof ROOTS)[number], Json> & { steps: JsonObject } => ({
  event: params,
  args: params,
  steps: {},
  prev: {},
});

export interface Binding {
  /** As written, braces included. */
  text: string;
  path: string[];
  filters: FilterCall[];
}

/** What a filter counts for, besides what it reads. */
const FILTER_BYTES = 64;
const BINDING = /\{\{\s*([\p{L}\p{N}_.$-]+)\s*(\|[^{}]*)?\}\}/gu;

/**
 * A value with its bindings replaced. A text that is wholly one binding becomes the bound value itself, of whatever type;
 * a binding inside a longer text becomes text. A path that leads nowhere is ''. What was bound is never read again for bindings.
 *
 * Throws IrError EXT_UNSTRUCTURED_ERROR for an unknown filter, or when the meter is used up.
 */
export function resolve(value: Json, context: Context, meter = new Meter(1024 * 1024)): Json {
  if (typeof value === 'string') return resolveText(value, context, meter);
  meter.spend(8);
  if (Array.isArray(value)) return value.map((item) => resolve(item, context, meter));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      meter.spend(key.length);
      return [key, resolve(child, context, meter)];
    }),
  );
}

/** Every binding of a text, in order. */
export function bindingsOf(text: string): Binding[] {
  return [...text.matchAll(BINDING)].map(([whole, path = '', filters]) => bindingOf(whole, path, filters));
}

/** Two braces that begin a binding of a run or a dotted path, and that nothing closes. */
const UNCLOSED = /\{\{\s*(?:(?:event|args|steps|prev)\b|[\p{L}\p{N}_$-]+\.)(?![^{}]*\}\})/u;

/** The beginning of what its author meant as a binding and did not close. */
export function unclosedOf(text: string): string | undefined {
  const start = text.search(UNCLOSED);
  return start < 0 ? undefined : text.slice(start, start + 40);
}

/** Every text in a value, with the keys that lead to it. */
export function* textsOf(value: unknown, loc: (string | number)[] = []): Generator<{ text: string; loc: (string | number)[] }> {
  if (typeof value === 'string') yield { text: value, loc };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* textsOf(child, [...loc, Array.isArray(value) ? Number(key) : key]);
}

export function replaceBindings(text: string, write: (binding: Binding) => string): string {
  return text.replace(BINDING, (whole: string, path: string, filters?: string) => write(bindingOf(whole, path, filters)));
}

const bindingOf = (text: string, path: string, filters?: string): Binding => ({
  text,
  path: path.split('.'),
  filters: filters ? parseFilters(filters) : [],
});

/** Whether the text is one binding and nothing else, so that its value may have any type. */
export function isWholeBinding(text: string): boolean {
  return bindingsOf(text)[0]?.text === text;
}

function resolveText(text: string, context: Context, meter: Meter): Json {
  meter.spend(text.length);
  if (!text.includes('{{')) return text;
  const [first] = bindingsOf(text);
  if (first?.text === text) return valueOf(first, context, meter);
  return replaceBindings(text, (binding) => toText(valueOf(binding, context, meter)));
}

function valueOf({ path, filters }: Binding, context: Context, meter: Meter): Json {
  let value: Json = context;
  for (const part of path) {
    const found: boolean = Array.isArray(value)
      ? /^(0|[1-9]\d*)$/.test(part) && Number(part) < value.length
      : isObject(value) && Object.hasOwn(value, part);
    if (!found) {
      value = '';
      break;
    }
    value = (value as JsonObject)[part] as Json;
  }
  for (const filter of filters) {
    meter.spend(FILTER_BYTES + sizeOf(value));
    value = applyFilter(value, filter);
  }
  meter.spendOn(value);
  return value;
}

/** What a filter reads of a value. */
const sizeOf = (value: Json): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 1;
