import type { Type } from '@skep/contracts';
import { createHash } from 'node:crypto';

/** The types of columns, as Postgres names them, with their types in JavaScript. */
export interface ColumnTypes {
  text: string;
  uuid: string;
  int4: number;
  int8: number;
  float8: number;
  bool: boolean;
  timestamptz: Date;
  json: unknown;
  jsonb: unknown;
  bytea: Buffer;
  'text[]': string[];
}
declare const VALUE: unique symbol;
/** The type of a column that a statement returns. A column of `timestamptz?` may be null. */
export type ColumnType = keyof ColumnTypes | `${keyof ColumnTypes}?` | Narrowed<unknown>;
interface Narrowed<T> {
  readonly [VALUE]: T;
}
/** Gives the values of a column a narrower type than Postgres knows: `as<'open' | 'closed'>('text')`, `as<Manifest>('jsonb')`. */
export const as = <T>(type: keyof ColumnTypes | `${keyof ColumnTypes}?`): Narrowed<T> => type as unknown as Narrowed<T>;

/** Part of a row: a contract or entity class all of whose fields the statement returns, or columns by name. */
export type Shape = Type | Readonly<Record<string, ColumnType>>;

type ValueOf<C> =
  C extends Narrowed<infer T>
    ? T
    : C extends `${infer Name extends keyof ColumnTypes}?`
      ? ColumnTypes[Name] | null
      : C extends keyof ColumnTypes
        ? ColumnTypes[C]
        : never;
type PartOf<S> = S extends Type<infer T> ? T : { -readonly [K in keyof S]: ValueOf<S[K]> };
/** The row of a statement: the columns of all its shapes. A later shape replaces columns of an earlier one. */
export type RowOf<S extends readonly Shape[]> = S extends readonly [infer Only]
  ? PartOf<Only>
  : S extends readonly [...infer Others extends readonly Shape[], infer Last]
    ? Omit<RowOf<Others>, keyof PartOf<Last>> & PartOf<Last>
    : object;

/** A prepared statement: Postgres plans it once per connection. `Row` is the type of a result row. */
export interface Statement<Row = object> {
  /** Undefined if it is not prepared. */
  readonly name?: string;
  /** With the parameters as `$1`, `$2`, … */
  readonly text: string;
  /** The names of `$1`, `$2`, … */
  readonly parameters: readonly string[];
  readonly shapes: readonly Shape[];
  /** Never set: only carries the type. */
  readonly row?: Row;
}

/** What is sent of a statement. */
export type Query = Pick<Statement, 'name' | 'text' | 'parameters'>;

/** Every statement that was defined, for the test that compares their rows with the database. */
export const statements: Statement[] = [];

/** Text in quotes, a comment, a cast, or a named parameter. */
const PARAMETER = /'(?:[^']|'')*'|--[^\n]*|::|:([a-z_]\w*)/gi;

/**
 * Defines a prepared statement with named parameters (`:user`) and the shapes of its rows. Define it at the top of a module: each
 * connection keeps every statement that it has run. A test compares the shapes with the columns that Postgres returns.
 */
export function statement<const S extends readonly Shape[]>(sql: string, ...shapes: S): Statement<RowOf<S>> {
  const defined: Statement<RowOf<S>> = { ...prepared(sql), shapes };
  statements.push(defined);
  return defined;
}

/** Names a statement that Postgres plans once per connection. */
export function prepared(sql: string): Query {
  const numbered = numberParameters(sql);
  return { ...numbered, name: createHash('sha1').update(numbered.text).digest('base64url') };
}

/** Like `statement`, but not prepared: Postgres plans it for its values each time. For conditions whose plan depends on them. */
export const unprepared = <const S extends readonly Shape[]>(sql: string, ...shapes: S): Statement<RowOf<S>> => {
  const defined: Statement<RowOf<S>> = { ...numberParameters(sql), shapes };
  statements.push(defined);
  return defined;
};

/** Replaces named parameters by `$1`, `$2`, …, each name by one number. */
export function numberParameters(sql: string): Pick<Statement, 'text' | 'parameters'> {
  const parameters: string[] = [];
  const text = sql.replace(PARAMETER, (match, name?: string) => {
    if (name === undefined) return match;
    if (!parameters.includes(name)) parameters.push(name);
    return `$${parameters.indexOf(name) + 1}`;
  });
  return { text, parameters };
}

/** The values of a statement by the names of its parameters. Other members are ignored; undefined is null. */
export type Values = object;

/** The values in the order of the statement's parameters. @throws Error naming a parameter that is missing */
export function bind({ text, parameters }: Pick<Statement, 'text' | 'parameters'>, values: Values): unknown[] {
  return parameters.map((name) => {
    if (name in values) return (values as Record<string, unknown>)[name];
    throw new Error(`the statement needs the parameter :${name}: ${text.trim().slice(0, 200)}`);
  });
}
