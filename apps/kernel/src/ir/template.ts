import { BINDING as ONE_BINDING } from '@skep/contracts/authoring';
import { applyFilter, parseFilters, type Filter } from './filters.js';
import { isObject, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { toText } from './plain-json.js';

/** The values that bindings may name, by root: those of a run, and in a panel also the repeated elements. */
export type TemplateContext = JsonObject;

/** `event` and `args` are both the call's params; `steps` are the results by step id; `prev` is the latest result. */
export const ROOTS = ['event', 'args', 'steps', 'prev'] as const;

/** The context of a call without results. */
export const createContext = (params: JsonObject): Record<(typeof ROOTS)[number], Json> & { steps: JsonObject } => ({
  event: params,
  args: params,
  steps: {},
  prev: {},
});

/** One `{{path | filter}}` in a string. */
export interface Binding {
  /** As written, braces included. */
  text: string;
  path: string[];
  filters: Filter[];
}

/** The fixed cost of a filter, in addition to what it reads. */
const FILTER_COST_BYTES = 64;
const BINDING = new RegExp(ONE_BINDING, 'gu');

/**
 * Replaces the bindings in a value. A string that is exactly one binding becomes the bound value itself, of any type; a binding
 * within a longer string becomes text. A path that does not exist is ''. Bound values are not searched for bindings.
 *
 * Throws IrError EXT_UNSTRUCTURED_ERROR for an unknown filter, or when the meter is used up.
 */
export function resolveBindings(value: Json, context: TemplateContext, meter = new Meter(1024 * 1024)): Json {
  if (typeof value === 'string') return resolveString(value, context, meter);
  meter.spend(8);
  if (Array.isArray(value)) return value.map((item) => resolveBindings(item, context, meter));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      meter.spend(key.length);
      return [key, resolveBindings(child, context, meter)];
    }),
  );
}

/** All bindings of a string, in order. */
export function findBindings(text: string): Binding[] {
  return [...text.matchAll(BINDING)].map(([whole, path = '', filters]) => toBinding(whole, path, filters));
}

/** `{{` followed by a root or a dotted path, without `}}`. */
const UNCLOSED_BINDING = /\{\{\s*(?:(?:event|args|steps|prev)\b|[\p{L}\p{N}_$-]+\.)(?![^{}]*\}\})/u;

/** The first 40 characters of a binding that is not closed, if there is one. */
export function findUnclosedBinding(text: string): string | undefined {
  const start = text.search(UNCLOSED_BINDING);
  return start < 0 ? undefined : text.slice(start, start + 40);
}

/** All strings in a value, with the keys that lead to them. */
export function* findStrings(value: unknown, loc: (string | number)[] = []): Generator<{ text: string; loc: (string | number)[] }> {
  if (typeof value === 'string') yield { text: value, loc };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* findStrings(child, [...loc, Array.isArray(value) ? Number(key) : key]);
}

/** Replaces each binding of a string by the result of `write`. */
export function replaceBindings(text: string, write: (binding: Binding) => string): string {
  return text.replace(BINDING, (whole: string, path: string, filters?: string) => write(toBinding(whole, path, filters)));
}

const toBinding = (text: string, path: string, filters?: string): Binding => ({
  text,
  path: path.split('.'),
  filters: filters ? parseFilters(filters) : [],
});

/** Whether a string is exactly one binding, so that its value may have any type. */
export function isWholeBinding(text: string): boolean {
  return findBindings(text)[0]?.text === text;
}

function resolveString(text: string, context: TemplateContext, meter: Meter): Json {
  meter.spend(text.length);
  if (!text.includes('{{')) return text;
  const [first] = findBindings(text);
  if (first?.text === text) return resolveBinding(first, context, meter);
  return replaceBindings(text, (binding) => toText(resolveBinding(binding, context, meter)));
}

function resolveBinding({ path, filters }: Binding, context: TemplateContext, meter: Meter): Json {
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
    meter.spend(FILTER_COST_BYTES + filterCostOf(value));
    value = applyFilter(value, filter);
  }
  meter.spendOn(value);
  return value;
}

/** How much of a value a filter reads. */
const filterCostOf = (value: Json): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 1;
