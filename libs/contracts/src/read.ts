import { type ValidationError, validateSync } from 'class-validator';
import { type Field, fieldsOf, type Type } from './fields.js';
import { cacheChecks } from './internals/class-validator.js';
import { isObject } from './is-object.js';
import { once } from './once.js';
import { type Fault, InvalidInput } from './problem.js';

const fieldsOnce = once(fieldsOf);
cacheChecks();

/**
 * Builds an object of the class from JSON: known fields only, defaults filled in, texts converted to numbers and Dates. Null counts as
 * absent in a field that is optional and not nullable. Checks nothing.
 */
export function revive<T extends object>(type: Type<T>, json: unknown): T {
  const object = new type();
  if (!isObject(json)) return object;
  for (const field of fieldsOnce(type)) {
    const value = Object.hasOwn(json, field.key) ? json[field.key] : undefined;
    if (value === undefined || (value === null && field.optional && !field.nullable)) continue;
    (object as Record<string, unknown>)[field.key] = convert(field, value);
  }
  return object;
}

function convert({ of, list, convert }: Field, value: unknown): unknown {
  if (!of) return convert ? convert(value) : value;
  if (list) return Array.isArray(value) ? value.map((item) => (isObject(item) ? revive(of(), item) : item)) : value;
  return isObject(value) ? revive(of(), value) : value;
}

/** Finds lists that are too long, and lists in place of objects, before their items are read: checking 100,000 items takes seconds. */
function listFaults(type: Type, json: unknown, parents: Fault['loc'] = []): Fault[] {
  if (!isObject(json)) return [];
  return fieldsOnce(type).flatMap(({ key, list, of, schema }): Fault[] => {
    const value = Object.hasOwn(json, key) ? json[key] : undefined;
    const loc = [...parents, key];
    if (!Array.isArray(value)) return of && !list ? listFaults(of(), value, loc) : [];
    if (!list) return of ? [{ loc, msg: `${key} must be an object`, type: 'is_object' }] : [];
    const max = Number(schema['maxItems']);
    if (value.length > max) return [{ loc, msg: `${key} must contain no more than ${max} elements`, type: 'array_max_size' }];
    return of ? value.flatMap((item, i) => listFaults(of(), item, [...loc, i])) : [];
  });
}

/**
 * Reads the input of an operation: `revive`, then every check of the class.
 * @throws Problem `invalid_input` with a fault for each field that is missing or wrong.
 */
export function read<T extends object>(type: Type<T>, json: unknown): T {
  if (json !== undefined && json !== null && !isObject(json))
    throw InvalidInput([{ loc: [], msg: 'Input should be a valid object', type: 'object_type' }]);
  const badLists = listFaults(type, json);
  if (badLists.length) throw InvalidInput(badLists);
  const object = revive(type, json);
  if (fieldsOnce(type).length === 0) return object;
  const errors = validateSync(object, { forbidUnknownValues: false });
  if (errors.length) throw InvalidInput(errors.flatMap((error) => faults(error, [])));
  return object;
}

function faults(error: ValidationError, parents: (string | number)[]): Fault[] {
  const key = /^\d+$/.test(error.property) && Array.isArray(error.target) ? Number(error.property) : error.property;
  const loc = [...parents, key];
  const nested = (error.children ?? []).flatMap((child) => faults(child, loc));
  if (nested.length) return nested;
  if (error.value === undefined) return [{ loc, msg: 'Field required', type: 'missing' }];
  const broken = Object.entries(error.constraints ?? {});
  // A wrong type is the cause of the other faults.
  const [rule, msg] = broken.find(([name]) => name.startsWith('is')) ?? broken.at(-1) ?? ['value_error', 'is not valid'];
  return [{ loc, msg, type: rule.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) }];
}
