import { IrError } from './ir-error.js';
import { isObject, type ActionVerb, type Json, type JsonObject } from './ir.js';
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

/** A type of argument. With `coerce`, other values are converted to a string: a bound number becomes its text. */
interface ArgType {
  description: string;
  accepts: (value: Json) => boolean;
  coerce?: true;
}

const STRING: ArgType = { description: 'a string', accepts: (value) => typeof value === 'string', coerce: true };
const NON_EMPTY_STRING: ArgType = {
  description: 'a non-empty string',
  accepts: (value) => typeof value === 'string' && value !== '',
  coerce: true,
};
const OBJECT: ArgType = { description: 'an object', accepts: isObject };
const STRINGS: ArgType = {
  description: 'an array of strings',
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};
const POSITIVE_INTEGER: ArgType = {
  description: 'an integer above 0',
  accepts: (value) => Number.isInteger(value) && Number(value) > 0,
};
const TEMPERATURE: ArgType = {
  description: 'a number from 0 to 2',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 2,
};

interface Verb {
  /** The permission that the app needs; null for `respond`, and for `call`, which depends on the called function. */
  permission: string | null;
  /** The result of a step, for people. */
  result: string;
  required: Record<string, ArgType>;
  optional: Record<string, ArgType>;
  /** Exactly one of these must be given. */
  oneOf?: string[];
}

const DIRECTIVE = '`{action, …args}`';
const SELECTOR_ARGS = { optional: { id: STRING, ids: STRINGS, where: OBJECT }, oneOf: ['id', 'ids', 'where'] };

/**
 * The verbs, their arguments and results. `checkIr` checks the arguments in the IR, `runFunction` checks the resolved values. Other arguments
 * are allowed. docs/apps/ir.md has them as a table.
 */
export const VERBS: Record<ActionVerb, Verb> = {
  'store.create': {
    permission: 'store:write',
    result: '`{id}`',
    required: { kind: NON_EMPTY_STRING, data: OBJECT },
    optional: {},
  },
  'store.get': {
    permission: 'store:read',
    result: '`{doc}`, null if there is none',
    required: { kind: NON_EMPTY_STRING, id: STRING },
    optional: {},
  },
  'store.list': {
    permission: 'store:read',
    result: '`{docs, ids, count}`',
    required: { kind: NON_EMPTY_STRING },
    optional: { where: OBJECT, ids: STRINGS, limit: POSITIVE_INTEGER },
  },
  'store.update': {
    permission: 'store:write',
    result: '`{ids, count}`',
    required: { kind: NON_EMPTY_STRING, set: OBJECT },
    ...SELECTOR_ARGS,
  },
  'store.delete': { permission: 'store:write', result: '`{count}`', required: { kind: NON_EMPTY_STRING }, ...SELECTOR_ARGS },
  'ai.complete': {
    permission: 'ai:complete',
    result: '`{text}`, also under the name `output`',
    required: { prompt: STRING },
    optional: { model: STRING, temperature: TEMPERATURE, max_tokens: POSITIVE_INTEGER, output: NON_EMPTY_STRING },
  },
  call: {
    permission: null,
    result: 'the `data` of the called function',
    required: { function: NON_EMPTY_STRING },
    optional: { app_id: STRING, params: OBJECT },
  },
  send: { permission: 'chat:send', result: DIRECTIVE, required: { message: STRING }, optional: { channel: STRING, metadata: OBJECT } },
  navigate: { permission: 'navigate', result: DIRECTIVE, required: { url: STRING }, optional: { target: STRING } },
  open: { permission: 'navigate', result: DIRECTIVE, required: { target: STRING }, optional: { params: OBJECT } },
  /** Sets the answer of a webhook. */
  respond: {
    permission: null,
    result: DIRECTIVE,
    required: {},
    optional: { status_code: POSITIVE_INTEGER, headers: OBJECT, body: STRING },
  },
};

export const isActionVerb = (op: unknown): op is ActionVerb => typeof op === 'string' && Object.hasOwn(VERBS, op);

/** Finds the faults of a verb's arguments. `isUnresolved` is true for a binding, whose value may have any type. */
export function findArgFaults(
  op: ActionVerb,
  args: JsonObject,
  isUnresolved: (value: Json) => boolean = () => false,
): { arg: string; missing: boolean; msg: string }[] {
  const { required, optional, oneOf } = VERBS[op];
  const faults = Object.entries({ ...required, ...optional }).flatMap(([arg, type]) => {
    const value = Object.hasOwn(args, arg) ? args[arg] : undefined;
    if (value === undefined) return Object.hasOwn(required, arg) ? [{ arg, missing: true, msg: `${op} needs '${arg}'` }] : [];
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
