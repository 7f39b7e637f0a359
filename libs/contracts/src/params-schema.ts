import { isObject } from './is-object.js';

type Schema = Record<string, unknown> | boolean;

/**
 * The JSON Schema of a function's params, from either of the two published forms: a JSON Schema of the whole object, which is returned
 * unchanged, or a map from param names to their schemas (`{"url": {"type": "string", "required": true}}`), which is wrapped.
 *
 * It is a map when every value is a schema and no key is a keyword whose value has the form that this keyword needs. So params may be
 * called `type`, `title`, `required`, `const` or `items`; one called `not`, `if`, `propertyNames`, `additionalProperties` or
 * `unevaluatedProperties` must be declared within `properties`.
 */
export function paramsSchemaOf(given: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(given);
  const isMap = keys.length > 0 && isSchemas(given) && !keys.some((key) => FORMS.get(key)?.(given[key]));
  return isMap ? schemaOfNames(given) : given;
}

/** Converts a map from names to schemas into the JSON Schema of an object. `required: true` within a schema makes its name required. */
export function schemaOfNames(names: Record<string, Schema>): Record<string, unknown> {
  const all = Object.entries(names);
  const required = all.filter(([, schema]) => isObject(schema) && schema['required'] === true).map(([name]) => name);
  const properties = Object.fromEntries(all.map(([name, schema]) => [name, withoutFlag(schema)]));
  return { type: 'object', properties, ...(required.length && { required }) };
}

/** Removes `required: true`: in JSON Schema `required` is a list. */
function withoutFlag(schema: Schema): Schema {
  if (!isObject(schema) || typeof schema['required'] !== 'boolean') return schema;
  const { required: _, ...rest } = schema;
  return rest;
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isSchema = (value: unknown): value is Schema => isObject(value) || isBoolean(value);
const isSchemas = (value: unknown): value is Record<string, Schema> => isObject(value) && Object.values(value).every(isSchema);
const isLists = (value: unknown) => isObject(value) && Object.values(value).every(Array.isArray);

/**
 * The keywords that apply to objects and whose value is an object or a boolean, with the form of that value. Other values are not
 * schemas, so `type`, `required` and most other keywords need no entry.
 */
const FORMS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'].map((keyword) => [keyword, isSchemas] as const),
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'not', 'if'].map((keyword) => [keyword, isSchema] as const),
  ...['deprecated', 'readOnly', 'writeOnly'].map((keyword) => [keyword, isBoolean] as const),
  ['dependentRequired', isLists],
]);
