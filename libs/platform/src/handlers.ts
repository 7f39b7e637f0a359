import type { Event, Operation } from '@skep/contracts';
import { Controller } from '@nestjs/common';
import { Ctx as NestContext, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Ctx } from './context.js';

type Answer<I, O> = (ctx: Ctx, input: I) => Promise<O> | O;
type Decorates<M> = <T extends M>(target: object, key: string, descriptor: TypedPropertyDescriptor<T>) => void;

/** A class whose methods answer operations and hear events. */
export const Handlers = (): ClassDecorator => Controller();

/** Answers an operation. A method that does not fit the contract does not compile. */
export const Handle =
  <I extends object, O>(operation: Operation<I, O>): Decorates<Answer<I, O>> =>
  (target, key, descriptor) => {
    MessagePattern(operation.subject, { operation })(target, key, descriptor);
    takes(target, key);
  };

/**
 * Hears an event, once: the handler runs in the transaction that notes the event as taken.
 * `{ idempotent: true }` is for a handler that calls other services: it runs outside a transaction, may run again for the
 * same event, and promises that this does no harm.
 */
export const OnEvent =
  <P extends object>(event: Event<P>, { idempotent = false } = {}): Decorates<Answer<P, void>> =>
  (target, key, descriptor) => {
    (EventPattern(event.subject, { event, idempotent }) as MethodDecorator)(target, key, descriptor);
    takes(target, key);
  };

/** The strategy hands the context over as Nest's context and the input as Nest's payload. */
function takes(target: object, key: string): void {
  NestContext()(target, key, 0);
  Payload()(target, key, 1);
}
