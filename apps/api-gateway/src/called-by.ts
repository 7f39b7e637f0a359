import { isEvents, type Operation, runOperations } from '@skep/contracts';
import type { Route } from './route.js';

/** The operations that the gateway calls for a route. */
export function calledBy({ operation, exchange }: Pick<Route, 'operation' | 'exchange'>): Operation[] {
  return [operation, ...(exchange.calls ?? []), ...(isEvents(operation.output) ? Object.values(runOperations(operation.context)) : [])];
}
