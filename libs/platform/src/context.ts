import { type MsgHdrs, headers } from '@nats-io/transport-node';
import { randomFillSync, randomUUID } from 'node:crypto';

/** The context of a request: caller, tenant, deadline, trace. The first argument of every handler. It never comes from the input. */
export interface Ctx {
  /** '' if no one is signed in. So are `user`, `email` and `role`. */
  readonly tenant: string;
  readonly user: string;
  readonly email: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly session?: string;
  /** When the person signed in, in milliseconds since 1970, if their credential says it. A renewed one does not. */
  readonly signedInAt?: number;
  /** The kind of caller: `user`, `key:<name>`, `service:<name>`, `extension:<app>`, `webhook` or `nobody`. It differs from `user` when a service acts for a user. */
  readonly actor: string;
  readonly request: string;
  readonly ip?: string;
  /** The caller's `User-Agent`, up to 200 characters. Callers choose it freely: never trust it. */
  readonly agent?: string;
  /** Makes an unsafe operation happen once. */
  readonly idempotencyKey?: string;
  /** When the caller stops waiting: milliseconds since 1970, by this process's clock. Messages carry the remaining time instead. */
  readonly deadline: number;
  /** W3C `traceparent` of the current hop. */
  readonly trace: string;
  /** The part of the trace that makes this request: the id of a call, or of a step of a run. Undefined if a client does. */
  readonly cause?: string;
}

/** Milliseconds that a caller waits for an answer, unless the route says otherwise. */
export const DEFAULT_TIMEOUT_MS = 5_000;

const pool = Buffer.alloc(4096);
let used = pool.length;
/** Random bytes in hexadecimal, from a pool: one system call serves hundreds of calls. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += bytes));
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;
/** The span id of a trace without a span, which is never sent. */
const NO_SPAN = '0'.repeat(16);

/** The `traceparent` of a new trace, which has no span yet. */
export const newTraceparent = (): string => traceparentOf(randomHex(16));

/** A `traceparent` that continues a trace. @param trace_id 32 hexadecimal digits, or a UUID */
export const traceparentOf = (trace_id: string): string => `00-${trace_id.replaceAll('-', '')}-${NO_SPAN}-01`;

/** Whether a text is a `traceparent`. */
export const isTraceparent = (text: string | undefined): text is string => text !== undefined && TRACEPARENT.test(text);

/** The `traceparent` of the next hop, or of the first hop of a new trace. https://www.w3.org/TR/trace-context/ */
export function nextTraceparent(traceparent?: string): string {
  const [, trace = randomHex(16), flags = '01'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return `00-${trace}-${randomHex(8)}-${flags}`;
}
/** The trace id within `trace`. */
export const traceId = (ctx: Pick<Ctx, 'trace'>): string => ctx.trace.split('-')[1] ?? '';

/** Creates the context of work that no request started, such as a job or a test: no one is signed in by default. */
export function newCtx(fields: Partial<Ctx> = {}): Ctx {
  return {
    tenant: '',
    user: '',
    email: '',
    role: '',
    scopes: [],
    actor: 'nobody',
    request: randomUUID(),
    deadline: Date.now() + DEFAULT_TIMEOUT_MS,
    trace: newTraceparent(),
    ...fields,
  };
}

/** Who counts as the owner of a request's work in a `FairQueue`: the user, else the network address, else the service. */
export const ownerOf = ({ tenant, user, ip, actor }: Ctx): string => (user ? JSON.stringify([tenant, user]) : (ip ?? actor));

/** The tenant in which a request works: that of its caller, or, if no one is signed in, the `tenant_id` of its input, else ''. */
export const tenantOf = ({ tenant }: Pick<Ctx, 'tenant'>, { tenant_id }: { tenant_id?: unknown }): string =>
  tenant || (typeof tenant_id === 'string' ? tenant_id : '');

const EXTENSION = 'extension:';
/** The actor of an app that calls with its own token. */
export const extensionActor = (app_id: string): string => `${EXTENSION}${app_id}`;
/** The app that calls with its own token; undefined for every other caller. */
export const extensionOf = ({ actor }: Pick<Ctx, 'actor'>): string | undefined =>
  actor.startsWith(EXTENSION) ? actor.slice(EXTENSION.length) : undefined;

/** The context for one of several calls within a request: each needs an idempotency key of its own. */
export const withKeySuffix = (ctx: Ctx, part: string): Ctx =>
  ctx.idempotencyKey ? { ...ctx, idempotencyKey: `${ctx.idempotencyKey}/${part}` } : ctx;

/**
 * What an event keeps of the context of its cause: who caused it, and in which request. Every event of an outbox stores it, and outboxes
 * keep it for days: so it is small, and identifies the user by id only. Consumers see the other fields as if no one were signed in.
 */
export type EventCtx = Pick<Ctx, 'tenant' | 'user' | 'actor' | 'request' | 'ip' | 'trace'>;

/** The part of a context that an event keeps, as JSON. */
export const serializeEventCtx = ({ tenant, user, actor, request, ip, trace }: EventCtx): string =>
  JSON.stringify({ tenant, user, actor, request, ip, trace });

/** Writes a context to the headers of a request. @param traceparent that of the sender's span, if it has one */
export function writeCtx(ctx: Ctx, traceparent = nextTraceparent(ctx.trace)): MsgHdrs {
  const { deadline, trace: _, ...rest } = ctx;
  const h = writeFields(rest, traceparent);
  h.append('timeout', String(deadline - Date.now()));
  h.append('sent', String(performance.now()));
  return h;
}

/** Writes the context of an event to the headers of its message. @param traceparent that of the sender's span, if it has one */
export function writeEventCtx({ trace, tenant, user, actor, request, ip }: EventCtx, traceparent = nextTraceparent(trace)): MsgHdrs {
  return writeFields({ tenant, user, actor, request, ip }, traceparent);
}

function writeFields(fields: Partial<Ctx>, traceparent: string): MsgHdrs {
  const h = headers();
  h.append('ctx', JSON.stringify(fields));
  h.append('traceparent', traceparent);
  return h;
}

/** When the message was sent, in milliseconds of the sender's `performance.now()`. */
export const sentAt = (h: MsgHdrs | undefined): number => Number(h?.get('sent'));

/**
 * Reads the context from the headers of a NATS message. That of an event has no timeout: its deadline is now.
 * @param delayMs milliseconds that the message was delayed; they count towards the timeout
 * @param trace the `traceparent` of the receiver's span, if it has one
 * @throws Error if the message has no context: it was not sent by a `Bus`
 */
export function readCtx(h: MsgHdrs | undefined, delayMs = 0, trace?: string): Ctx {
  if (!h?.has('ctx')) throw new Error('the message has no ctx header: it was not sent by a Bus');
  return {
    ...{ email: '', role: '', scopes: [] },
    ...(JSON.parse(h.get('ctx')) as Pick<Ctx, 'tenant' | 'user' | 'actor' | 'request'>),
    // In whole milliseconds, as timers need it: a measured delay has fractions.
    deadline: Math.floor(Date.now() + Number(h.get('timeout')) - delayMs),
    trace: trace ?? h.get('traceparent'),
  };
}
