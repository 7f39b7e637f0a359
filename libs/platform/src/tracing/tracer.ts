import type { Attributes } from '@opentelemetry/api';
import type { Event, Operation } from '@skep/contracts';
import { type Ctx, isTraceparent, newTraceparent } from '../context.js';
import { currentSpan, Span } from './span.js';
import type { Kind, Sdk } from './sdk.js';

/** Starts the spans of a process's messages and requests. Only a process with tracing has one. */
export class Tracer {
  constructor(private readonly sdk: Sdk) {}

  /** Starts a span. @param parent the `traceparent` of its cause; a new trace without a valid one */
  start(name: string, kind: Kind, attributes: Attributes, parent?: string): Span {
    currentSpan()?.endStatements();
    const startSpan = this.sdk.start.bind(this.sdk);
    return new Span(name, startSpan(name, kind, attributes, isTraceparent(parent) ? parent : newTraceparent()), startSpan);
  }

  /** The request of an operation, at its caller. */
  async call<T>(operation: Operation, ctx: Ctx, send: (trace: string) => Promise<T>): Promise<T> {
    const span = this.start(nameOf(operation), 'client', operationAttributes(operation), ctx.trace);
    try {
      return await send(span.trace);
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** The answer to a request, at the operation's owner. */
  answer(operation: Operation, parent: string | undefined, work: (span: Span) => Promise<void>): Promise<void> {
    return this.start(nameOf(operation), 'server', operationAttributes(operation), parent).run(work);
  }

  /** The publication of an event. */
  publish<T>(subject: string, ctx: Pick<Ctx, 'trace'>, send: (span: Span) => Promise<T>): Promise<T> {
    const attributes = { ...messageAttributes(subject), 'messaging.operation.name': 'publish', 'messaging.operation.type': 'send' };
    return this.start(`publish ${subject}`, 'producer', attributes, ctx.trace).run(send);
  }

  /** The handler of an event. */
  consume<T>({ subject }: Event, consumer: string, ctx: Ctx, handle: (ctx: Ctx) => Promise<T>): Promise<T> {
    const attributes = {
      ...messageAttributes(subject),
      'messaging.operation.name': 'consume',
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': consumer,
    };
    return this.start(`process ${subject}`, 'consumer', attributes, ctx.trace).run(({ trace }) => handle({ ...ctx, trace }));
  }

  /** An attempt of a run, in the trace of its start. The caller ends the span. */
  attempt({ id, kind, attempt, ctx }: { id: string; kind: string; attempt: number; ctx: Pick<Ctx, 'trace'> }): Span {
    return this.start(`run ${kind}`, 'consumer', { 'skep.run.id': id, 'skep.run.attempt': attempt }, ctx.trace);
  }

  close(): Promise<void> {
    return this.sdk.close();
  }
}

const nameOf = ({ context, name }: Operation) => `${context}.${name}`;
const messageAttributes = (subject: string) => ({ 'messaging.system': 'nats', 'messaging.destination.name': subject });
const operationAttributes = ({ context, name, subject }: Operation) => ({
  ...messageAttributes(subject),
  'rpc.system.name': 'nats',
  'rpc.method': `${context}/${name}`,
});
