import { IrError } from './ir-error.js';
import { isObject, type IrFunction, type Json, type JsonObject } from './ir.js';
import { formatFault, compileSchema, type Validator } from './json-schema.js';
import { measureJson } from './plain-json.js';

const PARAMS_LIMITS = { bytes: 1024 * 1024, depth: 32 };
const validators = { params_schema: new WeakMap<IrFunction, Validator>(), return_schema: new WeakMap<IrFunction, Validator>() };

/**
 * Fills in the defaults of top-level properties and validates a call's params against the function's `params_schema`.
 *
 * Throws IrError that names the field: VALIDATION_MISSING_FIELD, or VALIDATION_TYPE_ERROR for any other fault (also for more than
 * 1 MiB, more than 32 levels, NUL characters), or EXT_UNSTRUCTURED_ERROR for a `params_schema` that cannot be used.
 */
export function parseParams(fn: IrFunction, params: unknown): JsonObject {
  if (!isObject(params)) throw new IrError('VALIDATION_TYPE_ERROR', 'params must be an object');
  const { fault: limitFault } = measureJson(params, PARAMS_LIMITS);
  if (limitFault)
    throw new IrError('VALIDATION_TYPE_ERROR', `${limitFault.loc.length ? `'${limitFault.loc.join('.')}'` : 'params'} ${limitFault.msg}`);

  const complete = { ...defaultsOf(fn.params_schema), ...params } as JsonObject;
  const fault = validatorOf(fn, 'params_schema')(complete);
  if (fault) throw new IrError(fault.keyword === 'required' ? 'VALIDATION_MISSING_FIELD' : 'VALIDATION_TYPE_ERROR', formatFault(fault));
  return complete;
}

/** The validator of one of the function's schemas; without that schema, of any value. @throws IrError `EXT_UNSTRUCTURED_ERROR` */
export function validatorOf(fn: IrFunction, name: 'params_schema' | 'return_schema'): Validator {
  const schema = fn[name];
  if (!schema) return () => undefined;
  let validate = validators[name].get(fn);
  if (!validate) {
    try {
      validate = compileSchema(schema);
    } catch (error) {
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `${name} ${(error as Error).message}`);
    }
    validators[name].set(fn, validate);
  }
  return validate;
}

function defaultsOf(schema: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) =>
      isObject(property) && Object.hasOwn(property, 'default') ? [[name, property['default'] as Json]] : [],
    ),
  );
}
