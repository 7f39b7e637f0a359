import type { JsonSchema } from '../fields.js';
import { isObject } from '../is-object.js';

/** A type of argument. With `coerce`, other values are converted to a string: a bound number becomes its text. */
export interface ArgType {
  /** What it is, after "must be". */
  description: string;
  /** The values that it accepts, beside a binding. */
  schema: JsonSchema;
  accepts: (value: unknown) => boolean;
  coerce?: true;
}

/** An argument: its type, and what it is for. */
export interface Arg extends ArgType {
  docs: string;
}

const STRING: ArgType = {
  description: 'a string',
  schema: { type: 'string' },
  accepts: (value) => typeof value === 'string',
  coerce: true,
};
const NON_EMPTY_STRING: ArgType = {
  description: 'a non-empty string',
  schema: { type: 'string', minLength: 1 },
  accepts: (value) => typeof value === 'string' && value !== '',
  coerce: true,
};
const OBJECT: ArgType = { description: 'an object', schema: { type: 'object' }, accepts: isObject };
const STRINGS: ArgType = {
  description: 'an array of strings',
  schema: { type: 'array', items: { type: 'string' } },
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};
const POSITIVE_INTEGER: ArgType = {
  description: 'an integer above 0',
  schema: { type: 'integer', minimum: 1 },
  accepts: (value) => Number.isInteger(value) && Number(value) > 0,
};
const TEMPERATURE: ArgType = {
  description: 'a number from 0 to 2',
  schema: { type: 'number', minimum: 0, maximum: 2 },
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 2,
};

const arg = (type: ArgType, docs: string): Arg => ({ ...type, docs });

export interface Verb {
  description: string;
  /** The result of a step, for people. */
  result: string;
  /** The permission that the app needs; null for `respond`, and for `call`, which depends on the called function. */
  permission: string | null;
  required: Readonly<Record<string, Arg>>;
  optional: Readonly<Record<string, Arg>>;
  /** Exactly one of these must be given. */
  oneOf?: readonly string[];
}

const KIND = arg(NON_EMPTY_STRING, 'Name of the collection.');
const SELECTOR = {
  optional: {
    id: arg(STRING, 'Id of one document.'),
    ids: arg(STRINGS, 'Ids of the documents.'),
    where: arg(OBJECT, 'Values of fields: selects every document that has them all.'),
  },
  oneOf: ['id', 'ids', 'where'],
};

const DIRECTIVE = '`{action, …args}`';

const TABLE = {
  'store.create': {
    description: 'Stores a document.',
    result: '`{id}`',
    permission: 'store:write',
    required: { kind: KIND, data: arg(OBJECT, 'The document.') },
    optional: {},
  },
  'store.get': {
    description: 'Reads one document.',
    result: '`{doc}`, null if there is none',
    permission: 'store:read',
    required: { kind: KIND, id: arg(STRING, 'Id of the document.') },
    optional: {},
  },
  'store.list': {
    description: 'Finds documents.',
    result: '`{docs, ids, count}`',
    permission: 'store:read',
    required: { kind: KIND },
    optional: {
      where: arg(OBJECT, 'Values of fields: finds the documents that have them all.'),
      ids: arg(STRINGS, 'Ids of the documents.'),
      limit: arg(POSITIVE_INTEGER, 'Maximum number of documents: 100 by default, at most 1,000.'),
    },
  },
  'store.update': {
    description: 'Changes documents.',
    result: '`{ids, count}`',
    permission: 'store:write',
    required: { kind: KIND, set: arg(OBJECT, 'Fields to set. Other fields stay.') },
    ...SELECTOR,
  },
  'store.delete': {
    description: 'Deletes documents.',
    result: '`{count}`',
    permission: 'store:write',
    required: { kind: KIND },
    ...SELECTOR,
  },
  'ai.complete': {
    description: 'Asks a language model.',
    result: '`{text}`, also under the name `output`',
    permission: 'ai:complete',
    required: { prompt: arg(STRING, 'What to ask.') },
    optional: {
      model: arg(STRING, 'Name of the model; that of the installation by default.'),
      temperature: arg(TEMPERATURE, 'How much answers vary, from 0 to 2.'),
      max_tokens: arg(POSITIVE_INTEGER, 'Maximum length of the answer.'),
      output: arg(NON_EMPTY_STRING, 'Another name of the result: `{{steps.<output>.text}}`.'),
    },
  },
  call: {
    description: 'Calls a function of this app, or of another app that a capability allows.',
    result: 'the `data` of the called function',
    permission: null,
    required: { function: arg(NON_EMPTY_STRING, 'Name of the function.') },
    optional: {
      app_id: arg(STRING, 'Id of the other app; this app by default.'),
      params: arg(OBJECT, 'Params of the function; `{}` by default.'),
    },
  },
  send: {
    description: 'Sends the user a chat message.',
    result: DIRECTIVE,
    permission: 'chat:send',
    required: { message: arg(STRING, 'The text.') },
    optional: {
      channel: arg(STRING, 'Where to; the chat of the user by default.'),
      metadata: arg(OBJECT, 'Data for the client that shows the message.'),
    },
  },
  navigate: {
    description: 'Opens a page on the screen of the user.',
    result: DIRECTIVE,
    permission: 'navigate',
    required: { url: arg(STRING, 'Address or path of the page.') },
    optional: { target: arg(STRING, 'Where to open it.') },
  },
  open: {
    description: 'Opens a panel on the screen of the user.',
    result: DIRECTIVE,
    permission: 'navigate',
    required: { target: arg(STRING, 'Id of the panel.') },
    optional: { params: arg(OBJECT, 'Params of the panel.') },
  },
  respond: {
    description: 'Sets the answer to the sender of a webhook.',
    result: DIRECTIVE,
    permission: null,
    required: {},
    optional: {
      status_code: arg(POSITIVE_INTEGER, 'HTTP status; 200 by default.'),
      headers: arg(OBJECT, 'Headers by name: `Content-Type` and `Retry-After`.'),
      body: arg(STRING, 'Text of the answer.'),
    },
  },
} satisfies Record<string, Verb>;

export type ActionVerb = keyof typeof TABLE;

/**
 * The verbs of steps, with their arguments. The kernel's `checkIr` checks them in an IR and `runFunction` the resolved values; `IR_DOCUMENT` has
 * them for editors. Other arguments are allowed.
 */
export const VERBS: Readonly<Record<ActionVerb, Verb>> = TABLE;
