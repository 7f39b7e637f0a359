import 'reflect-metadata';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  isRFC3339,
  IsString,
  IsTimeZone,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { IsPlainEmail, plainAddress } from './email-address.js';

export type Type<T extends object = object> = new () => T;
export type JsonSchema = { readonly [key: string]: unknown };

/** A schema with a name of its own, whose parts refer to others as `#/$defs/<name>`. */
export interface NamedSchema {
  name: string;
  schema: JsonSchema;
}

/** One field of a class: the only source for reading, checking, writing and documenting it. */
export interface Field {
  key: string;
  schema: JsonSchema;
  /** What an object contains, beyond what is checked when it is read. */
  content?: NamedSchema;
  /** The class of a nested object or of a list's items. */
  of?: () => Type;
  list: boolean;
  /** May be absent, or null on the way in. */
  optional: boolean;
  /** Always present, may be null. */
  nullable: boolean;
  /** Converts text, as query strings need it. Returns a value that it cannot convert unchanged; the check then rejects it. */
  convert?: (value: unknown) => unknown;
}

export interface FieldDocs {
  description?: string;
  example?: unknown;
}

const shapes = new WeakMap<object, string>();
const fields = new WeakMap<object, Map<string, Field>>();

/** Describes a class of the contract: the text of its schema in the API reference. Subclasses need their own. */
export const Shape =
  (description: string): ClassDecorator =>
  (target) =>
    void shapes.set(target, description);

/** The text of a class's `@Shape`. */
export const descriptionOf = (type: object): string | undefined => shapes.get(type);

function define(target: object, key: string | symbol, part: Partial<Field>): void {
  const own = fields.get(target.constructor) ?? new Map<string, Field>();
  fields.set(target.constructor, own);
  const name = String(key);
  const now = own.get(name) ?? { key: name, schema: {}, list: false, optional: false, nullable: false };
  own.set(name, { ...now, ...part, schema: { ...now.schema, ...part.schema } });
}

/** A field decorator: the field's schema and conversion, its documentation, and its checks. */
export const field =
  (part: Partial<Field>, { description, example }: FieldDocs, ...checks: PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    const schema = {
      ...part.schema,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { examples: [example] }),
    };
    define(target, key, { ...part, schema });
    for (const check of checks) check(target, key);
  };

/** The fields of a class, inherited ones first. */
export function fieldsOf(type: object): Field[] {
  const parent = Object.getPrototypeOf(type) as object | null;
  const inherited = parent && parent !== Function.prototype ? fieldsOf(parent) : [];
  const own = fields.get(type) ?? new Map<string, Field>();
  return [...inherited.filter(({ key }) => !own.has(key)), ...own.values()];
}

const trimmed = <T extends object>(schema: T) => Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));

/** Text. `min` and `max` count characters; `max` is 10,000 by default. */
export const Text = (o: FieldDocs & { min?: number; max?: number; pattern?: RegExp } = {}) =>
  field(
    { schema: trimmed({ type: 'string', minLength: o.min, maxLength: o.max ?? 10_000, pattern: o.pattern?.source }) },
    o,
    IsString(),
    o.min ? Length(o.min, o.max ?? 10_000) : MaxLength(o.max ?? 10_000),
    ...(o.pattern ? [Matches(o.pattern)] : []),
  );

/** The name of a time zone that exists, as `Europe/Berlin`. */
export const TimeZone = (o: FieldDocs = {}) =>
  field(
    { schema: { type: 'string', minLength: 1, maxLength: 64 } },
    o,
    IsTimeZone({ message: '$property must be the name of a time zone, such as Europe/Berlin' }),
    MaxLength(64),
  );

/** An e-mail address in canonical spelling: see `plainAddress`. */
export const Email = (o: FieldDocs = {}) =>
  field(
    {
      schema: { type: 'string', format: 'email', maxLength: 254 },
      convert: (v) => (typeof v === 'string' ? (plainAddress(v) ?? v) : v),
    },
    o,
    IsPlainEmail(),
    MaxLength(254),
  );

const toNumber = (v: unknown) => (typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v) ? Number(v) : v);

/** A whole number within ±(2^53 − 1). */
export const Int = (o: FieldDocs & { min?: number; max?: number } = {}) =>
  field(
    { schema: trimmed({ type: 'integer', minimum: o.min, maximum: o.max }), convert: toNumber },
    o,
    IsInt(),
    Min(o.min ?? Number.MIN_SAFE_INTEGER),
    Max(o.max ?? Number.MAX_SAFE_INTEGER),
  );

/** Any finite number. */
export const Num = (o: FieldDocs & { min?: number; max?: number } = {}) =>
  field(
    { schema: trimmed({ type: 'number', minimum: o.min, maximum: o.max }), convert: toNumber },
    o,
    IsNumber({ allowNaN: false, allowInfinity: false }),
    ...(o.min === undefined ? [] : [Min(o.min)]),
    ...(o.max === undefined ? [] : [Max(o.max)]),
  );

export const Bool = (o: FieldDocs = {}) =>
  field({ schema: { type: 'boolean' }, convert: (v) => (v === 'true' ? true : v === 'false' ? false : v) }, o, IsBoolean());

/** One of the given words. */
export const OneOf = (words: readonly string[], o: FieldDocs = {}) =>
  field({ schema: { type: 'string', enum: words } }, o, IsIn(words as string[]));

/** Years that JavaScript, Postgres and RFC 3339 format alike. */
const YEAR_MIN = 1;
const YEAR_MAX = 9999;

function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  // Date parses 31 February as 3 March.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** Parses an RFC 3339 date-time. Returns anything else unchanged, for example other notations and dates that do not exist. */
function toInstant(v: unknown): unknown {
  if (typeof v !== 'string' || !isRFC3339(v)) return v;
  if (!isDay(v.slice(0, 10))) return v;
  const moment = new Date(v);
  const year = moment.getUTCFullYear();
  return year >= YEAR_MIN && year <= YEAR_MAX ? moment : v;
}

/** A moment: on the wire an RFC 3339 date-time of the years 1 to 9999, in UTC in answers; in code a Date. */
export const Instant = (o: FieldDocs = {}) =>
  field(
    { schema: { type: 'string', format: 'date-time' }, convert: toInstant },
    o,
    IsDate({ message: '$property must be a date and time as in RFC 3339, such as 2026-06-21T00:00:00Z' }),
  );

const DAY = /^(\d{4}-\d\d-\d\d([T ].{0,30})?)?$/;

/** A day that exists, as `2026-06-21`, or empty. A time may follow; it does not count. */
export const Day = (o: FieldDocs = {}) =>
  field(
    { schema: { type: 'string', pattern: DAY.source } },
    o,
    ValidateBy({
      name: 'isDay',
      validator: {
        validate: (v: unknown) =>
          typeof v === 'string' && DAY.test(v) && (v === '' || (isDay(v.slice(0, 10)) && Number(v.slice(0, 4)) >= YEAR_MIN)),
        defaultMessage: () => '$property must be a day that exists, such as 2026-06-21',
      },
    }),
  );

/** Enough for the description of a person, a role or a tenant. */
const JSON_BYTES = 16_384;

/** Limits the size of a value as JSON in UTF-8. */
const MaxBytes = (max: number) =>
  ValidateBy({
    name: 'maxBytes',
    constraints: [max],
    validator: {
      validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= max,
      defaultMessage: () => `$property must be at most ${max} bytes long as JSON`,
    },
  });

/**
 * A JSON object with any content. `bytes` limits its size as JSON in UTF-8, 16 KiB by default. `Infinity`: only the size of the request
 * limits it, or the owner of the operation measures it. `content` describes what the owner of the operation accepts, for documents.
 */
export const Json = ({ bytes = JSON_BYTES, content, ...o }: FieldDocs & { bytes?: number; content?: NamedSchema } = {}) =>
  field(
    { schema: { type: 'object', additionalProperties: true }, ...(content && { content }) },
    o,
    IsObject(),
    ...(Number.isFinite(bytes) ? [MaxBytes(bytes)] : []),
  );

/** Any JSON value, including null. */
export const AnyJson = (o: FieldDocs = {}) => field({ schema: {} }, o, IsOptional());

/** A nested object of a class. */
export const Nested = (of: () => Type, o: FieldDocs = {}) => field({ of }, o, IsObject(), ValidateNested());

type Item = 'text' | 'json' | (() => Type);
/**
 * A list of texts, of JSON objects, or of objects of a class; at most 1,000 items by default. `length` limits the characters of each
 * text, 200 by default; `words` are the texts that it may contain. JSON objects of one list take at most 16 KiB together.
 */
export const List = (of: Item, o: FieldDocs & { min?: number; max?: number; length?: number; words?: readonly string[] } = {}) => {
  const bounds = trimmed({ minItems: o.min, maxItems: o.max ?? 1000 });
  const each = { each: true };
  const length = o.length ?? 200;
  const text = o.words ? { type: 'string', enum: o.words } : { type: 'string', maxLength: length };
  const items = { text, json: { type: 'object', additionalProperties: true } } as const;
  return field(
    {
      list: true,
      schema: { type: 'array', ...(typeof of === 'string' && { items: items[of] }), ...bounds },
      ...(typeof of === 'function' && { of }),
    },
    o,
    IsArray(),
    ArrayMinSize(o.min ?? 0),
    ArrayMaxSize(o.max ?? 1000),
    ...(of === 'text'
      ? [IsString(each), MaxLength(length, each), ...(o.words ? [IsIn([...o.words], each)] : [])]
      : of === 'json'
        ? [IsObject(each), MaxBytes(JSON_BYTES)]
        : [ValidateNested(each)]),
  );
};

/** May be left out. In an input null counts as left out. */
export const Optional = (): PropertyDecorator => (target, key) => {
  define(target, key, { optional: true });
  IsOptional()(target, key);
};

/** Always in the answer; null when there is no value. */
export const Nullable = (): PropertyDecorator => (target, key) => {
  define(target, key, { nullable: true });
  IsOptional()(target, key);
};
