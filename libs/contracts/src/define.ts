import type { PlatformScope } from './platform-scopes.js';
import type { Type } from './fields.js';
import type { ProblemKind } from './problem.js';
import type { RunRef } from './run.js';

/** The output of an operation: one object, rows of one class, raw text, or a run. A `page` also has the total number of rows. */
export type Output<O> = Type<O & object> | Rows<O> | Raw<O> | Events<O>;
export interface Rows<O> {
  readonly kind: 'list' | 'page';
  readonly of: Type<object>;
  /** Never set: only carries the type. */
  readonly type?: O;
}
/** Text that is passed on unchanged, instead of JSON. */
export interface Raw<O = string> {
  readonly kind: 'raw';
  readonly mediaType: string;
  /** Never set: only carries the type. */
  readonly type?: O;
}
/** The events of a run. The handler returns the run, and the gateway streams those of its events that are declared here, by type. */
export interface Events<O = RunRef> {
  readonly kind: 'events';
  readonly of: Readonly<Record<string, Type>>;
  /** Never set: only carries the type. */
  readonly type?: O;
}
export interface Page<T> {
  rows: T[];
  /** Number of rows on all pages, at most 10,000: the `X-Total-Count` header over HTTP. Absent on a page that follows a cursor. */
  total?: number | undefined;
  /** Whether there are more rows than `total`. */
  total_capped?: boolean | undefined;
  /** The cursor of a row by its index, to continue after it. Absent for a list without cursors. */
  cursorAt?: (index: number) => string;
  /** Whether rows follow. */
  has_more?: boolean | undefined;
}
export const list = <T extends object>(of: Type<T>): Rows<T[]> => ({ kind: 'list', of });
export const page = <T extends object>(of: Type<T>): Rows<Page<T>> => ({ kind: 'page', of });
export const raw = (mediaType: string): Raw => ({ kind: 'raw', mediaType });
export const events = (of: Readonly<Record<string, Type>>): Events => ({ kind: 'events', of });

/** A request with one owner: the context that declares it answers it. */
export interface Operation<I extends object = object, O = unknown, S extends PlatformScope | undefined = PlatformScope | undefined> {
  readonly kind: 'operation';
  readonly context: string;
  readonly name: string;
  /** `op.<context>.<name>` */
  readonly subject: string;
  /** A few words, an imperative: "List your payouts". */
  readonly summary: string;
  /** Sentences for the API reference: what it does and what a caller should know. */
  readonly description: string;
  readonly input: Type<I>;
  readonly output: Output<O>;
  readonly problems: readonly ProblemKind[];
  /** The answer contains a secret and is never stored. So a repeated request with the same Idempotency-Key is a conflict. */
  readonly secret: boolean;
  /** The scope that a user needs, by a route or by a built-in extension. Undefined when users cannot call it, or all may. */
  readonly scope: S;
  /**
   * The operation calls other services or a provider, or waits for other long work. With an Idempotency-Key it runs without a surrounding
   * transaction, in transactions of its own, and may run again after a crash. Any other operation commits together with its key.
   */
  readonly spansCalls: boolean;
}
/** An operation that requires a scope of users. */
export type ScopedOperation = Operation<object, unknown, PlatformScope>;

interface Publication<K extends string, P extends object> {
  readonly kind: K;
  readonly context: string;
  readonly name: string;
  /** `<kind>.<context>.<name>` */
  readonly subject: string;
  readonly payload: Type<P>;
}
/** A fact that its owner publishes through its outbox. Every subscribed service consumes it at least once. */
export type Event<P extends object = object> = Publication<'event', P>;
/** A message to all running instances. It may be lost, so it carries nothing that cannot be read elsewhere. */
export type Broadcast<P extends object = object> = Publication<'broadcast', P>;

type Unnamed<T> = Omit<T, 'context' | 'name' | 'subject'>;
type Member = Unnamed<Operation> | Unnamed<Event> | Unnamed<Broadcast>;
type Named<M> =
  M extends Unnamed<Operation<infer I, infer O, infer S>>
    ? Operation<I, O, S>
    : M extends Unnamed<Event<infer P>>
      ? Event<P>
      : M extends Unnamed<Broadcast<infer P>>
        ? Broadcast<P>
        : never;

export const operation = <I extends object, O, S extends PlatformScope | undefined = undefined>(
  summary: string,
  shape: {
    description?: string;
    input: Type<I>;
    output: Output<O>;
    problems?: readonly ProblemKind[];
    secret?: true;
    spansCalls?: true;
    scope?: S;
  },
): Unnamed<Operation<I, O, S>> => ({
  kind: 'operation',
  summary,
  description: '',
  problems: [],
  secret: false,
  spansCalls: false,
  scope: undefined as S,
  ...shape,
});

export const event = <P extends object>(payload: Type<P>): Unnamed<Event<P>> => ({ kind: 'event', payload });

export const broadcast = <P extends object>(payload: Type<P>): Unnamed<Broadcast<P>> => ({ kind: 'broadcast', payload });

/** Names every member after its key, so that no one types a subject by hand. */
export const contract = <T extends Record<string, Member>>(context: string, members: T) =>
  Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      { ...member, context, name, subject: `${member.kind === 'operation' ? 'op' : member.kind}.${context}.${name}` },
    ]),
  ) as { readonly [K in keyof T]: Named<T[K]> };

export type Contract = Readonly<Record<string, Operation | Event | Broadcast>>;
