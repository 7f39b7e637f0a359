import addFormats from 'ajv-formats';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { IrError } from './ir-error.js';
import { isObject, type JsonObject } from './ir.js';

/** How many nodes, list elements and pattern instructions a schema may have once its references are followed. */
const COST_MAX = 2048;
/** How many characters the patterns of one schema may look at in one validation. */
const PATTERN_CHARS_MAX = 64 * 1024;

/** Those of ajv-formats whose expressions run in linear time; the others are accepted and, as in plain JSON Schema, mean nothing. */
const FORMATS = [
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'uri-reference',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
] as const;

const metaSchema = new Ajv2020({ strict: false, logger: false });
const UNSUPPORTED = ['$dynamicRef', '$recursiveRef', '$async'];

let patternCharsLeft = PATTERN_CHARS_MAX;

/**
 * A validator of a schema that a stranger wrote, JSON Schema 2020-12. Compiling and validating end soon whatever the schema:
 * no reference leaves the schema or leads back to itself, its cost is bounded with all references followed, `pattern`s run
 * on RE2 (linear time; no look-around, no back-references), and `uniqueItems` compares in linear time.
 *
 * Throws a plain Error that says what the schema's author must change.
 */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const root = { ...schema };
  delete root['$schema'];
  delete root['$id'];
  const cost = costOf(root, root, new Map());
  if (cost > COST_MAX)
    throw new Error(`is too large: ${COST_MAX} nodes, list elements and pattern instructions at most, references followed`);
  if (!metaSchema.validateSchema(root)) throw new Error(`is not a JSON Schema: ${explain(metaSchema.errors?.[0])}`);

  // An instance of its own, because Ajv keeps everything that it ever compiled.
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    meta: false,
    validateSchema: false,
    ownProperties: true,
    code: { regExp: linear },
  });
  addFormats.default(ajv, { mode: 'fast', formats: [...FORMATS] });
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (on: boolean, items: unknown[]) => !on || new Set(items.map(canonical)).size === items.length,
    error: { message: 'must not have duplicate items' },
  });
  const validate = ajv.compile(root);
  const bounded = (data: unknown): boolean => {
    patternCharsLeft = PATTERN_CHARS_MAX;
    const valid = validate(data) as boolean;
    (bounded as ValidateFunction).errors = validate.errors ?? null;
    return valid;
  };
  return bounded as ValidateFunction;
}

/** An Ajv error as words about the value: `'url' is missing`, `'tags.0' must be string`. */
export function explain(error: ErrorObject | null | undefined): string {
  if (!error) return 'is invalid';
  const field = fieldOf(error);
  if (error.keyword === 'required') return `'${field}' is missing`;
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') return `'${field}' is not known`;
  if (error.keyword === 'enum') return `'${field}' must be one of ${JSON.stringify(error.params['allowedValues']).slice(1, -1)}`;
  return field ? `'${field}' ${error.message}` : (error.message ?? 'is invalid');
}

/** The place of an Ajv error as the keys that lead to it, with the missing or unknown key itself. */
export function locOf({ instancePath, params }: ErrorObject): string[] {
  const key = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  return [...instancePath.split('/').slice(1).map(unescapePointer), ...(typeof key === 'string' ? [key] : [])];
}

const fieldOf = (error: ErrorObject): string => locOf(error).join('.');
const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Ajv's regular-expression engine. Each pattern needs a text of its own, under which Ajv shares compiled expressions. */
const linear = Object.assign(
  (pattern: string) => {
    const expression = compilePattern(pattern);
    return {
      test: (text: string): boolean => {
        patternCharsLeft -= text.length + 1;
        if (patternCharsLeft < 0)
          throw new IrError('VALIDATION_TYPE_ERROR', `more than ${PATTERN_CHARS_MAX} characters to match against patterns`);
        return expression.test(text);
      },
      toString: () => pattern,
    };
  },
  { code: 'linear' },
);

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch {
    throw new Error(`has the pattern '${pattern.slice(0, 80)}', which is not in RE2 syntax (no look-around, no back-references)`);
  }
}

/**
 * Counts a schema as if every reference were replaced by its target. Any text under `$ref` is taken for a reference, also inside
 * `const` or `default`: a rare false alarm, but nothing can hide from the count.
 */
function costOf(node: unknown, root: JsonObject, known: Map<string, number>): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + costOf(item, root, known), 1);
  if (!isObject(node)) return 1;
  let cost = 1;
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object' && value !== null) cost += costOf(value, root, known);
    else if (key === '$ref' && typeof value === 'string') cost += costOfReference(value, root, known);
    else if (UNSUPPORTED.includes(key)) throw new Error(`uses '${key}', which is not supported`);
    else if (key === '$id' && typeof value === 'string') throw new Error("has an '$id' below its root");
    else if (key === 'pattern' && typeof value === 'string') cost += compilePattern(value).programSize();
    if (key === 'patternProperties' && isObject(value)) for (const pattern in value) cost += compilePattern(pattern).programSize();
  }
  return cost;
}

function costOfReference(reference: string, root: JsonObject, known: Map<string, number>): number {
  if (!reference.startsWith('#/'))
    throw new Error(`has the reference '${reference}': only '#/…' within the schema is followed, and not to itself`);
  const before = known.get(reference);
  if (before !== undefined) {
    if (Number.isNaN(before)) throw new Error(`has the reference '${reference}', which leads back to itself`);
    return before;
  }
  known.set(reference, NaN);
  let target: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = unescapePointer(decodeURIComponent(part));
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key))
      throw new Error(`has the reference '${reference}', which leads nowhere`);
    target = (target as JsonObject)[key];
  }
  const cost = costOf(target, root, known);
  known.set(reference, cost);
  return cost;
}

/** Equal JSON, equal text: keys sorted. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
