import { isObject, type Json, type JsonObject } from './ir.js';
import { keywordsOf, RULES } from './keywords.js';
import type { Meter } from './meter.js';
import type { Pattern } from './pattern.js';

export type Schema = JsonObject | boolean;

/** A schema with all that it refers to. */
export interface ReadSchema {
  root: JsonObject;
  patterns: ReadonlyMap<string, Pattern>;
  references: ReadonlyMap<string, Schema>;
  /** Whether it asks what other keywords have evaluated. */
  tracks: boolean;
}

/** What is wrong with a value: the keyword that it breaks, the keys that lead to the fault, and words that follow its name. */
export interface SchemaFault {
  keyword: string;
  loc: string[];
  message: string;
}

/** A part of the value. Its keys are put together only for a fault that is reported: most are a failed branch of an `anyOf`. */
interface Place {
  above: Place | undefined;
  key: string | number;
}

export interface Refusal {
  keyword: string;
  place: Place | undefined;
  message: string | (() => string);
}

/** Loops of little work, such as looking up a key, that make a step. */
const LOOPS = 2;
/** Characters counted, compared or matched against a format that make a step. */
const CHARS = 16;

/**
 * Validates values by interpreting the schema: to compile a stranger's schema takes longer than any validation should.
 * Everything that takes time spends steps first; the meter throws when there are none left.
 */
export class Validation {
  constructor(
    private readonly schema: ReadSchema,
    private readonly steps: Meter,
  ) {}

  /** The first fault of a value. */
  faultOf(value: Json): SchemaFault | undefined {
    const refusal = this.check(this.schema.root, value, undefined);
    if (!refusal) return undefined;
    const { keyword, message } = refusal;
    const loc: string[] = [];
    for (let { place } = refusal; place; place = place.above) loc.unshift(String(place.key));
    return { keyword, loc, message: typeof message === 'string' ? message : message() };
  }

  /** `seen` takes the keys and indices that were evaluated, for a schema that applies to the same value. */
  check(schema: Schema, value: Json, place: Place | undefined, seen?: Set<string | number>): Refusal | undefined {
    this.steps.spend(1);
    if (typeof schema === 'boolean') return schema ? undefined : { keyword: 'false', place, message: 'is not allowed' };
    const evaluated = this.schema.tracks ? new Set<string | number>() : undefined;
    for (const keyword of keywordsOf(schema)) {
      this.steps.spend(1);
      const check = RULES[keyword]!;
      const refusal = check({ validation: this, schema, keyword, place, evaluated }, value, schema[keyword]!);
      if (refusal) return refusal;
    }
    if (seen && evaluated) {
      this.loop(evaluated.size);
      for (const key of evaluated) seen.add(key);
    }
    return undefined;
  }

  referenced(reference: string): Schema {
    return this.schema.references.get(reference)!;
  }

  loop(times: number): void {
    this.steps.spend(times / LOOPS);
  }

  read(text: string): void {
    this.steps.spend(text.length / CHARS);
  }

  keys(value: object): string[] {
    const keys = Object.keys(value);
    this.loop(keys.length);
    return keys;
  }

  matches(pattern: string, text: string): boolean {
    const { size, test } = this.schema.patterns.get(pattern)!;
    this.steps.spend(1 + text.length * (4 + size / 8));
    return test(text);
  }

  /** Whether two values are equal JSON; the order of keys does not matter. */
  equal(a: Json, b: Json): boolean {
    this.steps.spend(1);
    if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) this.read(a);
    if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => this.equal(item, b[i]!));
    if (!isObject(a) || !isObject(b)) return a === b;
    const keys = this.keys(a);
    return keys.length === this.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && this.equal(a[key]!, b[key]!));
  }

  /** A text that two values share where they are equal JSON. */
  canonical(value: Json): string {
    this.steps.spend(2);
    if (typeof value === 'string') this.read(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.canonical(item)).join()}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const keys = this.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${this.canonical(value[key] as Json)}`).join()}}`;
  }
}
