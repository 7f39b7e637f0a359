import pg from 'pg';
import { DeadlineExceeded, Internal, Problem, Unavailable } from '@skep/contracts';
import { type Ctx, traceId } from './context.js';
import type { Log } from './log.js';

/** SQLSTATE prefixes and Node error codes of temporary failures. 25P02 to 25P04: the transaction was aborted. */
const TEMPORARY = /^(08|25P0[234]|57P|53|40001|40P01|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)/;
/** SQLSTATEs of a statement or lock timeout. */
const TIMED_OUT = /^(57014|55P03)/;
const TEMPORARY_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not currently accepting connections/;

/**
 * Converts any error into the problem that the caller receives. Problems stay as they are; connection errors become `unavailable` and
 * timeouts `deadline_exceeded`; everything else is logged once and becomes `internal`.
 */
export function toProblem(error: unknown, ctx: Ctx | undefined, log: Log): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = describe(error);
  if (TIMED_OUT.test(code)) return DeadlineExceeded(undefined, 1);
  if (TEMPORARY.test(code) || TEMPORARY_MESSAGE.test(message)) {
    log.warn({ request: ctx?.request, code }, `Postgres is unavailable: ${message}`);
    return Unavailable(undefined, 1);
  }
  log.error({ error, request: ctx?.request, trace: ctx && traceId(ctx) }, 'an unexpected error');
  return Internal();
}

/**
 * Whether a single statement that failed has certainly changed nothing: Postgres refused it, or it did not reach Postgres. If the connection
 * was lost, it may have committed.
 */
export function isWithoutEffect(error: unknown): boolean {
  const { code, message } = describe(error);
  if (error instanceof pg.DatabaseError) return !code.startsWith('57P');
  return code === 'ECONNREFUSED' || message.startsWith('timeout exceeded when trying to connect');
}

function describe(error: unknown): { code: string; message: string } {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = (inner ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
