import { CONTEXTS, NotFound, TRACE_PARTS_MAX, traceOperations } from '@skep/contracts';
import { holdsScope } from '@skep/contracts/auth';
import type { Trace, TraceNode } from '@skep/contracts/kernel';
import { Bus, type Ctx, DEFAULT_TIMEOUT_MS } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { toTree } from './trace-tree.js';

const SERVICES = CONTEXTS.map((context) => ({ context, ...traceOperations(context) }));
/** What this calls. */
export const TRACE_OPERATIONS = SERVICES.flatMap(({ findTraces, listTraceParts }) => [findTraces, listTraceParts]);

/** How long one service has for its part. */
const SERVICE_MS = DEFAULT_TIMEOUT_MS / 2 - 250;

/** A trace id, or a request id of the gateway, whose trace has the same digits. */
const TRACE_ID = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/;

/** Gathers what services know of a trace. One that does not answer in time is named, and the others are shown. */
@Injectable()
export class GetTrace {
  constructor(private readonly bus: Bus) {}

  /** @throws Problem `not_found` if there is no part that the caller may see */
  async run(ctx: Ctx, id: string): Promise<Trace> {
    // An administrator, or a service for itself.
    const of_everyone = holdsScope(ctx.scopes, 'admin:audit:read');
    const byDigits = TRACE_ID.test(id) ? await this.gather(ctx, id.replaceAll('-', ''), of_everyone) : undefined;
    if (byDigits?.parts.length) return byDigits;
    const { answers } = await this.askAll((service, asking) => this.bus.call(service.findTraces, asking, { id, of_everyone }), ctx);
    for (const trace_id of new Set(answers.flatMap(([, found]) => found.map((each) => each.trace_id)))) {
      const trace = await this.gather(ctx, trace_id, of_everyone);
      if (trace.parts.length) return trace;
    }
    throw NotFound('No trace found for this id.');
  }

  private async gather(ctx: Ctx, trace_id: string, of_everyone: boolean): Promise<Trace> {
    const list = (service: Service, asking: Ctx) => this.bus.call(service.listTraceParts, asking, { trace_id, of_everyone });
    const { answers, missing } = await this.askAll(list, ctx);
    const nodes = answers.flatMap(([service, parts]) =>
      parts.map((part) => ({ ...part, service, text: part.user_id === ctx.user ? part.text : null })),
    );
    const is_truncated = answers.some(([, parts]) => [...Map.groupBy(parts, ({ kind }) => kind).values()].some(isFull));
    return { trace_id, ...sumsOf(nodes), parts: toTree(nodes), missing, is_truncated };
  }

  private async askAll<T>(ask: (service: Service, ctx: Ctx) => Promise<T>, ctx: Ctx) {
    const asking = { ...ctx, idempotencyKey: undefined, deadline: Math.min(ctx.deadline, Date.now() + SERVICE_MS) };
    const asked = await Promise.allSettled(SERVICES.map((service) => ask(service, asking)));
    const answers = asked.flatMap((answer, i): [string, T][] =>
      answer.status === 'fulfilled' ? [[SERVICES[i]!.context, answer.value]] : [],
    );
    return { answers, missing: CONTEXTS.filter((_, i) => asked[i]?.status === 'rejected') };
  }
}

type Service = (typeof SERVICES)[number];

const isFull = (parts: readonly unknown[]) => parts.length >= TRACE_PARTS_MAX;

/** What was charged is the sum of the captured holds: the price of a call contains what its models cost. */
function sumsOf(nodes: readonly Omit<TraceNode, 'depth'>[]): Pick<Trace, 'started_at' | 'ended_at' | 'credits' | 'tokens'> {
  const ofKind = (kind: TraceNode['kind']) => nodes.filter((node) => node.kind === kind);
  const tokensOf = (kind: TraceNode['kind']) => ofKind(kind).reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);
  const ends = nodes.flatMap(({ ended_at }) => ended_at?.getTime() ?? []);
  return {
    started_at: new Date(Math.min(...nodes.map(({ started_at }) => started_at.getTime()), Date.now())),
    ended_at: ends.length ? new Date(Math.max(...ends)) : null,
    credits: ofKind('hold').reduce((sum, { status, credits }) => sum + (status === 'captured' ? (credits ?? 0) : 0), 0),
    tokens: tokensOf('model') || tokensOf('call'),
  };
}
