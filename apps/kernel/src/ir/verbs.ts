import { IrError } from './ir-error.js';
import { isObject, type ActionVerb, type Json, type JsonObject } from './ir.js';
import { toText } from './plain-json.js';

/** What a function may do to the world: all of it comes from outside, and every value is plain JSON. */
export interface Verbs {
  store: {
    create(kind: string, data: JsonObject): Promise<{ id: string }>;
    get(kind: string, id: string): Promise<JsonObject | null>;
    /** Documents that meet every given condition, at most `limit`. */
    list(kind: string, filter: { where?: JsonObject; ids?: string[]; limit: number }): Promise<(JsonObject & { id: string })[]>;
    /** Merges `set` into the chosen documents; answers the ids that were there. */
    update(kind: string, chosen: Chosen, set: JsonObject): Promise<string[]>;
    /** Answers how many there were. */
    delete(kind: string, chosen: Chosen): Promise<number>;
  };
  aiComplete(request: { prompt: string; model?: string; temperature?: number; max_tokens?: number }): Promise<{ text: string }>;
  /** Calls a function of `app_id`, or of the running app when there is none; answers whatever came back. */
  call(request: { app_id?: string; function: string; params: JsonObject }): Promise<Json>;
}

/** Documents by id, or all whose fields equal those of `where`. */
export type Chosen = { ids: string[] } | { where: JsonObject };

/** A type of argument, in words and as a test. `text` is put right instead of refused: a bound number becomes its text. */
interface ArgType {
  words: string;
  accepts: (value: Json) => boolean;
  text?: true;
}

const TEXT: ArgType = { words: 'a text', accepts: (value) => typeof value === 'string', text: true };
const NAME: ArgType = { words: 'a non-empty text', accepts: (value) => typeof value === 'string' && value !== '', text: true };
const OBJECT: ArgType = { words: 'an object', accepts: isObject };
const TEXTS: ArgType = {
  words: 'a list of texts',
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};
const WHOLE: ArgType = { words: 'a whole number above 0', accepts: (value) => Number.isInteger(value) && Number(value) > 0 };
const TEMPERATURE: ArgType = { words: 'a number from 0 to 2', accepts: (value) => typeof value === 'number' && value >= 0 && value <= 2 };

interface Verb {
  /** What an app must be permitted to use it; of a call it depends on what is called. */
  permission: string | null;
  required: Record<string, ArgType>;
  optional: Record<string, ArgType>;
  /** Exactly one of these must be given. */
  oneOf?: string[];
}

const CHOSEN = { optional: { id: TEXT, ids: TEXTS, where: OBJECT }, oneOf: ['id', 'ids', 'where'] };

/** The verbs and their arguments: what `checkIr` demands of a text, and `run` of the values it became. Other arguments are let through. */
export const VERBS: Record<ActionVerb, Verb> = {
  'store.create': { permission: 'store:write', required: { kind: NAME, data: OBJECT }, optional: {} },
  'store.get': { permission: 'store:read', required: { kind: NAME, id: TEXT }, optional: {} },
  'store.list': { permission: 'store:read', required: { kind: NAME }, optional: { where: OBJECT, ids: TEXTS, limit: WHOLE } },
  'store.update': { permission: 'store:write', required: { kind: NAME, set: OBJECT }, ...CHOSEN },
  'store.delete': { permission: 'store:write', required: { kind: NAME }, ...CHOSEN },
  'ai.complete': {
    permission: 'ai:complete',
    required: { prompt: TEXT },
    optional: { model: TEXT, temperature: TEMPERATURE, max_tokens: WHOLE, output: NAME },
  },
  call: { permission: null, required: { function: NAME }, optional: { app_id: TEXT, params: OBJECT } },
  send: { permission: 'chat:send', required: { message: TEXT }, optional: { channel: TEXT, metadata: OBJECT } },
  navigate: { permission: 'navigate', required: { url: TEXT }, optional: { target: TEXT } },
  open: { permission: 'navigate', required: { target: TEXT }, optional: { params: OBJECT } },
};

export const isActionVerb = (op: unknown): op is ActionVerb => typeof op === 'string' && Object.hasOwn(VERBS, op);

/** `open` says what may be of any type yet, because it is still a binding. */
export function argFaults(
  op: ActionVerb,
  args: JsonObject,
  open: (value: Json) => boolean = () => false,
): { arg: string; missing: boolean; msg: string }[] {
  const { required, optional, oneOf } = VERBS[op];
  const faults = Object.entries({ ...required, ...optional }).flatMap(([arg, type]) => {
    const value = Object.hasOwn(args, arg) ? args[arg] : undefined;
    if (value === undefined) return Object.hasOwn(required, arg) ? [{ arg, missing: true, msg: `${op} needs '${arg}'` }] : [];
    const fits = open(value) || type.accepts(value);
    return fits ? [] : [{ arg, missing: false, msg: `${op}: '${arg}' must be ${type.words}` }];
  });
  const given = oneOf?.filter((arg) => Object.hasOwn(args, arg)).length ?? 1;
  if (oneOf && given !== 1)
    faults.push({ arg: '', missing: given === 0, msg: `${op} needs exactly one of ${oneOf.map((arg) => `'${arg}'`).join(', ')}` });
  return faults;
}

/**
 * Resolved arguments, ready for their verb: texts are texts, and an optional one that its binding left empty is absent.
 * Throws IrError VALIDATION_MISSING_FIELD or VALIDATION_TYPE_ERROR, naming verb and argument.
 */
export function fitArgs(op: ActionVerb, args: JsonObject): JsonObject {
  const { required, optional } = VERBS[op];
  const types = new Map(Object.entries({ ...required, ...optional }));
  const fitted = Object.fromEntries(
    Object.entries(args).flatMap(([arg, value]) => {
      const type = types.get(arg);
      const empty = value === '' || value === null;
      if (empty && type && !Object.hasOwn(required, arg) && !type.accepts('')) return [];
      return [[arg, type?.text ? toText(value) : value]];
    }),
  );
  const [fault] = argFaults(op, fitted);
  if (fault) throw new IrError(fault.missing ? 'VALIDATION_MISSING_FIELD' : 'VALIDATION_TYPE_ERROR', fault.msg);
  return fitted;
}
