import { nearestOf, VERBS } from '@skep/contracts/authoring';
import { IrError } from './ir-error.js';
import type { ActionVerb, Json, JsonObject } from './ir.js';
import { toText } from './plain-json.js';

/** The side effects of a function, which its runner provides. All values are plain JSON. */
export interface Verbs {
  store: {
    create(kind: string, data: JsonObject): Promise<{ id: string }>;
    get(kind: string, id: string): Promise<JsonObject | null>;
    /** Returns at most `limit` documents that meet all given conditions. */
    list(kind: string, filter: { where?: JsonObject; ids?: string[]; limit: number }): Promise<(JsonObject & { id: string })[]>;
    /** Merges `set` into the selected documents. Returns their ids. */
    update(kind: string, selector: DocumentSelector, set: JsonObject): Promise<string[]>;
    /** Deletes the selected documents. Returns how many there were. */
    delete(kind: string, selector: DocumentSelector): Promise<number>;
  };
  aiComplete(request: { prompt: string; model?: string; temperature?: number; max_tokens?: number }): Promise<{ text: string }>;
  /** Calls a function of `app_id` (default: the running app). Returns its result. */
  call(request: { app_id?: string; function: string; params: JsonObject }): Promise<Json>;
}

/** Selects documents by id, or all whose fields equal those of `where`. */
export type DocumentSelector = { ids: string[] } | { where: JsonObject };

export const isActionVerb = (op: unknown): op is ActionVerb => typeof op === 'string' && Object.hasOwn(VERBS, op);

/** The names of the arguments that a verb has. */
export const argsOf = (op: ActionVerb): string[] => Object.keys({ ...VERBS[op].required, ...VERBS[op].optional });

/** The names of given arguments that the verb does not have. */
export const findUnknownArgs = (op: ActionVerb, args: JsonObject): string[] => {
  const known = argsOf(op);
  return Object.keys(args).filter((arg) => !known.includes(arg));
};

/** Finds the faults of a verb's arguments. `isUnresolved` is true for a binding, whose value may have any type. */
export function findArgFaults(
  op: ActionVerb,
  args: JsonObject,
  isUnresolved: (value: Json) => boolean = () => false,
): { arg: string; missing: boolean; msg: string }[] {
  const { required, optional, oneOf } = VERBS[op];
  const faults = Object.entries({ ...required, ...optional }).flatMap(([arg, type]) => {
    const value = Object.hasOwn(args, arg) ? args[arg] : undefined;
    if (value === undefined) {
      if (!Object.hasOwn(required, arg)) return [];
      const misspelt = nearestOf(arg, findUnknownArgs(op, args));
      return [{ arg, missing: true, msg: `${op} needs '${arg}'${misspelt ? `; did you mean '${arg}' instead of '${misspelt}'?` : ''}` }];
    }
    const isValid = isUnresolved(value) || type.accepts(value);
    return isValid ? [] : [{ arg, missing: false, msg: `${op}: '${arg}' must be ${type.description}` }];
  });
  const givenCount = oneOf?.filter((arg) => Object.hasOwn(args, arg)).length ?? 1;
  if (oneOf && givenCount !== 1)
    faults.push({ arg: '', missing: givenCount === 0, msg: `${op} needs exactly one of ${oneOf.map((arg) => `'${arg}'`).join(', ')}` });
  return faults;
}

/**
 * Prepares resolved arguments for their verb: converts values to strings where the verb needs them, and drops optional arguments that
 * their binding left empty.
 * Throws IrError VALIDATION_MISSING_FIELD or VALIDATION_TYPE_ERROR that names verb and argument.
 */
export function normalizeArgs(op: ActionVerb, args: JsonObject): JsonObject {
  const { required, optional } = VERBS[op];
  const types = new Map(Object.entries({ ...required, ...optional }));
  const normalized = Object.fromEntries(
    Object.entries(args).flatMap(([arg, value]) => {
      const type = types.get(arg);
      const isEmpty = value === '' || value === null;
      if (isEmpty && type && !Object.hasOwn(required, arg) && !type.accepts('')) return [];
      return [[arg, type?.coerce ? toText(value) : value]];
    }),
  );
  const [fault] = findArgFaults(op, normalized);
  if (fault) throw new IrError(fault.missing ? 'VALIDATION_MISSING_FIELD' : 'VALIDATION_TYPE_ERROR', fault.msg);
  return normalized;
}
