import type { Event, Operation } from '@skep/contracts';
import { Controller, type Type } from '@nestjs/common';
import { Ctx as NestContext, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Ctx } from './context.js';
import type { Run } from './runs/run.js';
import type { RunKind } from './runs/run-kind.js';

type HandlerMethod<I, O> = (ctx: Ctx, input: I) => Promise<O> | O;
type DecoratorFor<M> = <T extends M>(target: object, key: string, descriptor: TypedPropertyDescriptor<T>) => void;

/** An event that a method consumes, and whether it may do so again. */
export interface Consumed {
  event: Event;
  idempotent: boolean;
}

const consumed = new WeakMap<object, Consumed[]>();

/** What the methods of a class consume. */
export const consumedEvents = ({ prototype }: Type): Consumed[] => consumed.get(prototype as object) ?? [];

const answered = new WeakMap<object, Operation>();

/** The operation that a method answers. */
export const operationOf = (method: object): Operation | undefined => answered.get(method);

const running = new WeakSet<object>();

/** Whether methods of a class do the work of runs. */
export const hasRuns = ({ prototype }: Type): boolean => running.has(prototype as object);

/** Marks a class whose methods answer operations (`@Handle`) and consume events (`@OnEvent`). */
export const Handlers = (): ClassDecorator => Controller();

/** Marks the method that answers an operation. It does not compile if its types do not match the contract. */
export const Handle =
  <I extends object, O>(operation: Operation<I, O>): DecoratorFor<HandlerMethod<I, O>> =>
  (target, key, descriptor) => {
    MessagePattern(operation.subject, { operation })(target, key, descriptor);
    answered.set(descriptor.value!, operation);
    bindParameters(target, key);
  };

/**
 * Marks the method that consumes an event. It runs once per event, in the transaction that adds the event to the inbox.
 * `{ idempotent: true }` is for a handler that calls other services: it runs outside a transaction, and may run again for the same
 * event without any further effect. The handlers of one event in a service are all idempotent, or none: they share a consumer.
 */
export const OnEvent =
  <P extends object>(event: Event<P>, { idempotent = false } = {}): DecoratorFor<HandlerMethod<P, void>> =>
  (target, key, descriptor) => {
    (EventPattern(event.subject, { event, idempotent }) as MethodDecorator)(target, key, descriptor);
    consumed.set(target, [...(consumed.get(target) ?? []), { event, idempotent }]);
    bindParameters(target, key);
  };

/** Marks the method that does the work of a kind of runs. What it returns is the run's result. */
export const OnRun =
  <I extends object, O>(kind: RunKind<I, O>): DecoratorFor<(run: Run, input: I) => Promise<O>> =>
  (target, key, descriptor) => {
    (EventPattern(`run.${kind.name}`, { run: kind }) as MethodDecorator)(target, key, descriptor);
    running.add(target);
    bindParameters(target, key);
  };

/** `NatsStrategy` passes the `Ctx` or `Run` as Nest's context and the input as Nest's payload. */
function bindParameters(target: object, key: string): void {
  NestContext()(target, key, 0);
  Payload()(target, key, 1);
}
