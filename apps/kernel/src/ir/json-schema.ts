import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { IrError } from './ir-error.js';
import { isObject, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { compilePattern, type Pattern, sizeOfPattern } from './pattern.js';
import { type ReadSchema, type Schema, type SchemaFault, Validation } from './validation.js';

/** How many nodes, list elements and pattern instructions a schema may have once its references are followed. */
export const COST_MAX = 2048;
/** What one validation may do, whatever schema and value: a step takes about 100 ns, so this is some tens of milliseconds. */
export const STEPS_MAX = 500_000;

const metaSchema = new Ajv2020({ strict: false, logger: false });
const UNSUPPORTED = ['$dynamicRef', '$recursiveRef', '$async'];

/**
 * Answers the first fault of a value, or undefined.
 * Throws IrError VALIDATION_TYPE_ERROR when the value and the schema together need more than STEPS_MAX steps.
 */
export type Validator = (value: Json, steps?: Meter) => SchemaFault | undefined;

const tooMuch = () =>
  new IrError('VALIDATION_TYPE_ERROR', 'params are too large for their params_schema: send less at once, or use a simpler schema');

/**
 * A validator of a schema that a stranger wrote, JSON Schema 2020-12. Reading and validating end soon whatever the schema:
 * no reference leaves the schema or leads back to itself, its cost is bounded with all references followed, `pattern`s run
 * on RE2 (linear time; no look-around, no back-references), and each validation has a budget of steps.
 *
 * `budget`: what several schemas may cost together. Throws a plain Error that says what the schema's author must change.
 */
export function readSchema(schema: JsonObject, budget?: Meter): Validator {
  const root = { ...schema };
  delete root['$schema'];
  delete root['$id'];
  const cost = new Cost(root, budget);
  cost.add(root);
  for (const part of [root, ...cost.references.values()])
    if (!metaSchema.validateSchema(part)) throw new Error(`is not a JSON Schema: ${explainAjv(metaSchema.errors?.[0])}`);
  return (value, steps = new Meter(STEPS_MAX, tooMuch)) => new Validation(cost, steps).faultOf(value);
}

/** A fault as words about the value: `'url' is missing`, `'tags.0' must be string`. */
export function explain({ keyword, loc, message }: SchemaFault): string {
  const field = loc.join('.');
  if (keyword === 'required') return `'${field}' is missing`;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return `'${field}' is not known`;
  return field ? `'${field}' ${message}` : message;
}

function explainAjv(error: ErrorObject | null | undefined): string {
  if (!error) return 'is invalid';
  const { keyword, message = 'is invalid', params } = error;
  const allowed = params['allowedValues'] as unknown;
  return explain({ keyword, loc: locOf(error), message: allowed ? `must be one of ${JSON.stringify(allowed).slice(1, -1)}` : message });
}

/** The place of an Ajv error as the keys that lead to it, with the missing or unknown key itself. */
export function locOf({ instancePath, params }: ErrorObject): string[] {
  const key = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  return [...instancePath.split('/').slice(1).map(unescapePointer), ...(typeof key === 'string' ? [key] : [])];
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * Counts a schema as if every reference were replaced by its target, and stops counting when it is too large. Any text under `$ref`
 * is taken for a reference, also inside `const` or `default`: a rare false alarm, but nothing can hide from the count.
 */
class Cost implements ReadSchema {
  total = 0;
  tracks = false;
  readonly patterns = new Map<string, Pattern>();
  readonly references = new Map<string, Schema>();
  /** Of each reference; NaN while it is being counted. */
  private readonly costs = new Map<string, number>();

  constructor(
    readonly root: JsonObject,
    private readonly budget?: Meter,
  ) {}

  add(node: unknown): void {
    this.spend(1);
    if (Array.isArray(node)) for (const item of node) this.add(item);
    if (!isObject(node)) return;
    for (const [key, value] of Object.entries(node)) {
      this.tracks ||= key.startsWith('unevaluated');
      if (typeof value === 'object' && value !== null) this.add(value);
      else if (key === '$ref' && typeof value === 'string') this.follow(value);
      else if (UNSUPPORTED.includes(key)) throw new Error(`uses '${key}', which is not supported`);
      else if (key === '$id' && typeof value === 'string') throw new Error("has an '$id' below its root");
      else if (key === 'pattern' && typeof value === 'string') this.compile(value);
      if (key === 'patternProperties' && isObject(value)) for (const pattern in value) this.compile(pattern);
    }
  }

  private spend(cost: number): void {
    this.total += cost;
    if (this.total > COST_MAX)
      throw new Error(`is too large: ${COST_MAX} nodes, list elements and pattern instructions at most, references followed`);
    this.budget?.spend(cost);
  }

  private compile(pattern: string): void {
    this.spend(sizeOfPattern(pattern));
    if (!this.patterns.has(pattern)) this.patterns.set(pattern, compilePattern(pattern));
  }

  private follow(reference: string): void {
    if (!reference.startsWith('#/'))
      throw new Error(`has the reference '${reference}': only '#/…' within the schema is followed, and not to itself`);
    const before = this.costs.get(reference);
    if (before !== undefined) {
      if (Number.isNaN(before)) throw new Error(`has the reference '${reference}', which leads back to itself`);
      return this.spend(before);
    }
    this.costs.set(reference, NaN);
    const start = this.total;
    const target = this.targetOf(reference);
    this.references.set(reference, target);
    this.add(target);
    this.costs.set(reference, this.total - start);
  }

  private targetOf(reference: string): Schema {
    let target: unknown = this.root;
    for (const part of reference.slice(2).split('/')) {
      const key = unescapePointer(decodeURIComponent(part));
      if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key))
        throw new Error(`has the reference '${reference}', which leads nowhere`);
      target = (target as JsonObject)[key];
    }
    if (!isObject(target) && typeof target !== 'boolean') throw new Error(`has the reference '${reference}', which leads to no schema`);
    return target as Schema;
  }
}
