import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { checkSchema } from './check-schema.js';
import { IrError } from './ir-error.js';
import { isObject, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { compilePattern, type Pattern, sizeOfPattern } from './pattern.js';
import { type AnalysedSchema, type Schema, SchemaValidation } from './schema-validation.js';

/** How many nodes, array elements and pattern instructions a schema may have after its references are resolved. */
export const SCHEMA_COST_MAX = 2048;
/** The budget of one validation, for any schema and value. A step takes about 100 ns, so this is about 50 ms. */
export const VALIDATION_STEPS_MAX = 500_000;

const metaSchema = new Ajv2020({ strict: false, logger: false });
const UNSUPPORTED = ['$dynamicRef', '$recursiveRef', '$async'];

/** What is wrong with a value: the violated keyword, the keys that lead to the fault, and a message that follows its name. */
export interface SchemaFault {
  keyword: string;
  loc: string[];
  message: string;
}

/**
 * Returns the first fault of a value, or undefined.
 * Throws IrError VALIDATION_TYPE_ERROR if the validation needs more than VALIDATION_STEPS_MAX steps.
 */
export type Validator = (value: Json, steps?: Meter) => SchemaFault | undefined;

const stepsExhausted = () =>
  new IrError('VALIDATION_TYPE_ERROR', 'params are too large for their params_schema: send less at once, or use a simpler schema');

/**
 * Compiles an untrusted JSON Schema (2020-12) into a validator. The time is bounded for any schema: references stay within the schema
 * and are not recursive, the cost with all references resolved is limited, `pattern`s run on RE2 (linear time; no look-around,
 * no back-references), and each validation has a budget of steps.
 *
 * `budget` limits the cost of several schemas together. Throws an Error whose message, after the schema's name, says what to change.
 */
export function compileSchema(schema: JsonObject, budget?: Meter): Validator {
  const root = { ...schema };
  delete root['$schema'];
  delete root['$id'];
  const analysis = new SchemaAnalysis(root, budget);
  analysis.add(root);
  for (const part of [root, ...analysis.references.values()])
    if (!metaSchema.validateSchema(part)) throw new Error(`is not a JSON Schema: ${formatAjvError(metaSchema.errors?.[0])}`);
  return (value, steps = new Meter(VALIDATION_STEPS_MAX, stepsExhausted)) => findFault(new SchemaValidation(analysis, steps), value);
}

function findFault(validation: SchemaValidation, value: Json): SchemaFault | undefined {
  const violation = checkSchema(validation, validation.schema.root, value, undefined);
  if (!violation) return undefined;
  const { keyword, message } = violation;
  const loc: string[] = [];
  for (let { path } = violation; path; path = path.parent) loc.unshift(String(path.key));
  return { keyword, loc, message: typeof message === 'string' ? message : message() };
}

/** Formats a fault: `'url' is missing`, `'tags.0' must be string`. */
export function formatFault({ keyword, loc, message }: SchemaFault): string {
  const field = loc.join('.');
  if (keyword === 'required') return `'${field}' is missing`;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return `'${field}' is not a known field`;
  return field ? `'${field}' ${message}` : message;
}

function formatAjvError(error: ErrorObject | null | undefined): string {
  if (!error) return 'is invalid';
  const { keyword, message = 'is invalid', params } = error;
  const allowed = params['allowedValues'] as unknown;
  return formatFault({
    keyword,
    loc: locOfAjvError(error),
    message: allowed ? `must be one of ${JSON.stringify(allowed).slice(1, -1)}` : message,
  });
}

/** The keys that lead to an Ajv error, including the missing or unknown key itself. */
export function locOfAjvError({ instancePath, params }: ErrorObject): string[] {
  const key = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  return [...instancePath.split('/').slice(1).map(unescapePointer), ...(typeof key === 'string' ? [key] : [])];
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * Computes a schema's cost as if every reference were replaced by its target, and stops when it is too large. Any string under `$ref`
 * counts as a reference, also inside `const` or `default`: a rare false positive, but no reference escapes the count.
 */
class SchemaAnalysis implements AnalysedSchema {
  total = 0;
  tracksEvaluated = false;
  readonly patterns = new Map<string, Pattern>();
  readonly references = new Map<string, Schema>();
  /** The cost of each reference; NaN while it is computed. */
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
      this.tracksEvaluated ||= key.startsWith('unevaluated');
      if (typeof value === 'object' && value !== null) this.add(value);
      else if (key === '$ref' && typeof value === 'string') this.follow(value);
      else if (UNSUPPORTED.includes(key)) throw new Error(`uses '${key}', which is not supported: remove it`);
      else if (key === '$id' && typeof value === 'string') throw new Error("has an '$id' below its root: remove it");
      else if (key === 'pattern' && typeof value === 'string') this.compile(value);
      if (key === 'patternProperties' && isObject(value)) for (const pattern in value) this.compile(pattern);
    }
  }

  private spend(cost: number): void {
    this.total += cost;
    if (this.total > SCHEMA_COST_MAX)
      throw new Error(`is too large: at most ${SCHEMA_COST_MAX} nodes, array elements and pattern instructions, with references resolved`);
    this.budget?.spend(cost);
  }

  private compile(pattern: string): void {
    this.spend(sizeOfPattern(pattern));
    if (!this.patterns.has(pattern)) this.patterns.set(pattern, compilePattern(pattern));
  }

  private follow(reference: string): void {
    if (!reference.startsWith('#/'))
      throw new Error(`has the reference '${reference}': a reference must begin with '#/' and name a part of the same schema`);
    const known = this.costs.get(reference);
    if (known !== undefined) {
      if (Number.isNaN(known)) throw new Error(`has the recursive reference '${reference}': references must not contain themselves`);
      return this.spend(known);
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
        throw new Error(`has the reference '${reference}', but no such part exists`);
      target = (target as JsonObject)[key];
    }
    if (!isObject(target) && typeof target !== 'boolean')
      throw new Error(`has the reference '${reference}', but that part is not a schema`);
    return target as Schema;
  }
}
