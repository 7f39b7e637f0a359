import type { Operation } from '@skep/contracts';
import { jsonExchange } from './exchange/json-exchange.js';
import type { Access, Method, Route, RouteOptions } from './route.js';

// Builders of the lines of route tables.
const routeBuilder =
  (method: Method) =>
  <O extends Operation>(path: string, operation: O, access: (operation: O) => Access, options: RouteOptions = {}): Route => ({
    method,
    path,
    operation,
    access: access(operation),
    id: operation.name,
    status: 200,
    exchange: jsonExchange,
    ...options,
  });

export const get = routeBuilder('GET');
export const post = routeBuilder('POST');
export const put = routeBuilder('PUT');
export const patch = routeBuilder('PATCH');
export const del = routeBuilder('DELETE');
