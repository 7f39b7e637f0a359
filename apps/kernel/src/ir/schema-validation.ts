import { isObject, type Json, type JsonObject } from './ir.js';
import type { Meter } from './meter.js';
import type { Pattern } from './pattern.js';

export type Schema = JsonObject | boolean;

/** A schema with its compiled patterns and resolved references. */
export interface AnalysedSchema {
  root: JsonObject;
  patterns: ReadonlyMap<string, Pattern>;
  references: ReadonlyMap<string, Schema>;
  /** Whether it uses `unevaluatedItems` or `unevaluatedProperties`. */
  tracksEvaluated: boolean;
}

/** The path to a part of the value, as a linked list: it becomes a `loc` only for a fault that is reported, and most are not. */
export interface ValuePath {
  parent: ValuePath | undefined;
  key: string | number;
}

/** A fault whose path and message are not formatted yet. */
export interface Violation {
  keyword: string;
  path: ValuePath | undefined;
  message: string | (() => string);
}

/** How many cheap loop iterations, such as looking up a key, cost one step. */
const LOOPS_PER_STEP = 2;
/** How many characters, counted, compared or matched against a format, cost one step. */
const CHARS_PER_STEP = 16;

/** One validation of a value: its schema, and its work. All work spends steps of the meter, which throws when none are left. */
export class SchemaValidation {
  constructor(
    readonly schema: AnalysedSchema,
    readonly steps: Meter,
  ) {}

  resolveReference(reference: string): Schema {
    return this.schema.references.get(reference)!;
  }

  spendOnLoop(times: number): void {
    this.steps.spend(times / LOOPS_PER_STEP);
  }

  spendOnText(text: string): void {
    this.steps.spend(text.length / CHARS_PER_STEP);
  }

  keysOf(value: object): string[] {
    const keys = Object.keys(value);
    this.spendOnLoop(keys.length);
    return keys;
  }

  matches(pattern: string, text: string): boolean {
    const { size, test } = this.schema.patterns.get(pattern)!;
    this.steps.spend(1 + text.length * (4 + size / 8));
    return test(text);
  }

  /** Whether two values are equal JSON; the order of keys does not matter. */
  isEqual(a: Json, b: Json): boolean {
    this.steps.spend(1);
    if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) this.spendOnText(a);
    if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => this.isEqual(item, b[i]!));
    if (!isObject(a) || !isObject(b)) return a === b;
    const keys = this.keysOf(a);
    return keys.length === this.keysOf(b).length && keys.every((key) => Object.hasOwn(b, key) && this.isEqual(a[key]!, b[key]!));
  }

  /** A text that is the same for values that are equal JSON. */
  toCanonicalText(value: Json): string {
    this.steps.spend(2);
    if (typeof value === 'string') this.spendOnText(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.toCanonicalText(item)).join()}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const keys = this.keysOf(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${this.toCanonicalText(value[key] as Json)}`).join()}}`;
  }
}
