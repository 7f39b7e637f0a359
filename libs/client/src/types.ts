import type { operations } from './generated/schema.js';

/** The id of an operation, as in the OpenAPI document. */
export type OperationId = keyof operations;

/** One message of a stream of Server-Sent Events, with its data parsed. */
export interface StreamEvent {
  id?: string;
  event?: string;
  data: unknown;
}

/** The fields of an operation's path, query and body together. */
export type Input<K extends OperationId> = Simplify<Parameters<K, 'path'> & Parameters<K, 'query'> & Body<K>>;

/** What an operation answers: the JSON, a stream of events, or the response itself. */
export type Output<K extends OperationId> = Answered<Success<operations[K]>>;

/** One row of the list that an operation answers. */
export type Row<K extends OperationId> = Output<K> extends Promise<(infer R)[]> ? R : never;

type Simplify<T> = { [P in keyof T]: T[P] };
type OrNothing<T> = [T] extends [never] ? unknown : T;
type Parameters<K extends OperationId, Place extends 'path' | 'query'> = OrNothing<NonNullable<operations[K]['parameters'][Place]>>;
type Body<K extends OperationId> = operations[K] extends { requestBody?: { content: infer C } }
  ? OrNothing<C extends { 'application/json': infer B } | { 'multipart/form-data': infer B } ? B : C[keyof C]>
  : unknown;
type Success<O> = O extends { responses: infer R } ? R[keyof R & (200 | 201 | 202 | 206)] : never;
type Answered<R> = R extends { content: { 'application/json': infer T } }
  ? Promise<T>
  : R extends { content: { 'text/event-stream': unknown } }
    ? AsyncGenerator<StreamEvent, never>
    : Promise<Response>;
