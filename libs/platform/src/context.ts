import { type MsgHdrs, headers } from '@nats-io/transport-node';
import { randomFillSync, randomUUID } from 'node:crypto';

/** Who asks, under which request, until when. The first argument of every handler and story; it never comes from the input. */
export interface Ctx {
  /** '' where nobody has signed in, as are `user`, `email` and `role`. */
  readonly tenant: string;
  readonly user: string;
  readonly email: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly session?: string;
  /** Who really acts: `user`, `key:<name>`, `service:<name>` or `nobody`. */
  readonly actor: string;
  readonly request: string;
  readonly ip?: string;
  /** What the caller's program calls itself (`User-Agent`); 200 characters at the most, and never to be believed. */
  readonly agent?: string;
  /** Makes an unsafe operation happen once. */
  readonly idempotencyKey?: string;
  /** Nobody waits for the answer after this: milliseconds since 1970, by the clock of this process. Other processes get what is left. */
  readonly deadline: number;
  /** W3C `traceparent` of the present hop. */
  readonly trace: string;
}

export const DEFAULT_TIMEOUT_MS = 5_000;

const pool = Buffer.alloc(4096);
let used = pool.length;
/** Random bytes as text, from a pool: one system call for hundreds of them. */
function hex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += bytes));
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The next hop of a trace, or the first one of a new trace. https://www.w3.org/TR/trace-context/ */
export function nextHop(traceparent?: string): string {
  const [, trace = hex(16), flags = '01'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return `00-${trace}-${hex(8)}-${flags}`;
}
export const traceId = (ctx: Pick<Ctx, 'trace'>): string => ctx.trace.split('-')[1] ?? '';

/** The context of something that begins here: a job, a consumer, a test. */
export function newCtx(who: Partial<Ctx> = {}): Ctx {
  return {
    tenant: '',
    user: '',
    email: '',
    role: '',
    scopes: [],
    actor: 'nobody',
    request: randomUUID(),
    deadline: Date.now() + DEFAULT_TIMEOUT_MS,
    trace: nextHop(),
    ...who,
  };
}

/** Whose work it is, to share out what is scarce: a person, else a network address or a service. */
export const ownerOf = ({ tenant, user, ip, actor }: Ctx): string => (user ? JSON.stringify([tenant, user]) : (ip ?? actor));

/** The context of one of several things done within a request, so that each has an idempotency key of its own. */
export const withKeySuffix = (ctx: Ctx, part: string): Ctx =>
  ctx.idempotencyKey ? { ...ctx, idempotencyKey: `${ctx.idempotencyKey}/${part}` } : ctx;

/**
 * A context as it is kept with an event, in JSON: outboxes and streams hold it for days, so it names the person by their id and says
 * neither their address nor what program they use.
 */
export const eventCtx = (ctx: Ctx): string => JSON.stringify({ ...ctx, email: '', agent: undefined });

export function writeCtx(ctx: Ctx): MsgHdrs {
  const { deadline, trace, ...rest } = ctx;
  const h = headers();
  h.append('ctx', JSON.stringify(rest));
  h.append('timeout', String(deadline - Date.now()));
  h.append('sent', String(performance.now()));
  h.append('traceparent', nextHop(trace));
  return h;
}

/** Milliseconds by the sender's `performance.now()`. */
export const sentAt = (h: MsgHdrs | undefined): number => Number(h?.get('sent'));

/**
 * @param lateness milliseconds that the message has waited: they are part of what was left
 * @throws Error when the message has no context: it was not sent by a bus
 */
export function readCtx(h: MsgHdrs | undefined, lateness = 0): Ctx {
  if (!h?.has('ctx')) throw new Error('a message without a context');
  return {
    ...(JSON.parse(h.get('ctx')) as Omit<Ctx, 'deadline' | 'trace'>),
    deadline: Date.now() + Number(h.get('timeout')) - lateness,
    trace: h.get('traceparent'),
  };
}
