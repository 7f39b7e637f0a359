import type { Operation, Page } from '@skep/contracts';

/** A value as JSON contains it. */
type Json<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
/** What is sent: a field that is left out has its default. */
type Sent<T> = T extends Date ? string : T extends object ? { [K in keyof T]?: Sent<T[K]> } : T;
/** The answer of an operation in the public API. */
export type AnswerOf<T> = T extends Operation<object, infer O> ? Json<O extends Page<infer R> ? R[] : O> : never;
/** A row of its answer. */
export type RowOf<T> = AnswerOf<T> extends (infer R)[] ? R : never;
/** The body of its request. */
export type BodyOf<T> = T extends Operation<infer I> ? Sent<I> : never;
