import { isEvents, type Operation, runOperations } from '@skep/contracts';
import type { Route } from './route.js';

/** The operations that the gateway calls for a route. */
export function calledBy({ operation }: Pick<Route, 'operation'>): Operation[] {
  return [operation, ...(isEvents(operation.output) ? Object.values(runOperations(operation.context)) : [])];
}
