import { IrError } from './ir-error.js';
import { isObject, type IrFunction, type Json, type JsonObject } from './ir.js';
import { explain, readSchema, type Validator } from './json-schema.js';
import { measure } from './plain-json.js';

const LIMITS = { bytes: 1024 * 1024, depth: 32 };
const validators = new WeakMap<IrFunction, Validator>();

/**
 * The params of a call, found good by the function's `params_schema`, with the defaults of its top-level properties filled in.
 *
 * Throws IrError, naming the field: VALIDATION_MISSING_FIELD, or VALIDATION_TYPE_ERROR for everything else that is wrong with them
 * (also more than 1 MiB, deeper than 32, NUL characters).
 */
export function checkParams(fn: IrFunction, params: unknown): JsonObject {
  if (!isObject(params)) throw new IrError('VALIDATION_TYPE_ERROR', 'params must be an object');
  const { fault: unfit } = measure(params, LIMITS);
  if (unfit) throw new IrError('VALIDATION_TYPE_ERROR', `${unfit.loc.length ? `'${unfit.loc.join('.')}'` : 'params'} ${unfit.msg}`);

  const complete = { ...defaultsOf(fn.params_schema), ...params } as JsonObject;
  const fault = validatorOf(fn)(complete);
  if (fault) throw new IrError(fault.keyword === 'required' ? 'VALIDATION_MISSING_FIELD' : 'VALIDATION_TYPE_ERROR', explain(fault));
  return complete;
}

function validatorOf(fn: IrFunction): Validator {
  let validate = validators.get(fn);
  if (!validate) {
    try {
      validate = readSchema(fn.params_schema);
    } catch (error) {
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `params_schema ${(error as Error).message}`);
    }
    validators.set(fn, validate);
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
