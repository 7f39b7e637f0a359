import { DeadlineExceeded, Internal, Problem, Unavailable } from '@skep/contracts';
import { type Ctx, traceId } from './context.js';
import type { Log } from './log.js';

/** Postgres error classes (SQLSTATE) and Node's codes that mean "not now", never "never". 25P02 to 25P04: the transaction was ended. */
const AWAY = /^(08|25P0[234]|57P|53|40001|40P01|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)/;
const SLOW = /^(57014|55P03)/;
const AWAY_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not currently accepting connections/;

/** The last stop of every error: a problem goes out as it is, a database that is away is said, anything else is logged once and hidden. */
export function toProblem(error: unknown, ctx: Ctx | undefined, log: Log): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = whatIs(error);
  if (SLOW.test(code)) return DeadlineExceeded(undefined, 1);
  if (AWAY.test(code) || AWAY_TEXT.test(message)) {
    log.warn({ request: ctx?.request, code }, `Postgres is away: ${message}`);
    return Unavailable(undefined, 1);
  }
  log.error({ error, request: ctx?.request, trace: ctx && traceId(ctx) }, 'an unexpected error');
  return Internal();
}

function whatIs(error: unknown): { code: string; message: string } {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = (inner ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
