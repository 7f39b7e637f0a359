/** What an operation answers: JSON, Server-Sent Events, or something else, whose response is passed on. */
export type Answer = 'json' | 'events' | 'response';

/** A route of the public API. */
export interface Route {
  readonly method: string;
  /** With `{name}` for each parameter. */
  readonly path: string;
  /** The names of the parameters in the query. All that is neither there nor in the path is in the body. */
  readonly query: readonly string[];
  readonly body?: 'json' | 'form';
  readonly answer: Answer;
  /** Whether it honours an Idempotency-Key, so that a repeated request has one effect. */
  readonly keyed: boolean;
}
