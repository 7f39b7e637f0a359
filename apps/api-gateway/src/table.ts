import type { Operation, RunRef } from '@skep/contracts';
import { downloadExchange } from './exchange/download-exchange.js';
import { jsonExchange } from './exchange/json-exchange.js';
import { type Redirection, redirectExchange } from './exchange/redirect-exchange.js';
import { streamExchange } from './exchange/stream-exchange.js';
import { uploadExchange } from './exchange/upload-exchange.js';
import { webhookExchange, type WebhookParts } from './exchange/webhook-exchange.js';
import { type Access, type Exchange, type Method, open, type Route, type RouteOptions } from './route.js';

// Builders of the lines of route tables.
const routeBuilder =
  <Accepted extends Operation>(method: Method, exchange: Exchange = jsonExchange) =>
  <O extends Accepted>(path: string, operation: O, access: (operation: O) => Access, options: RouteOptions = {}): Route => ({
    method,
    path,
    operation,
    access: access(operation),
    id: operation.name,
    status: 200,
    exchange,
    ...options,
  });

export const get = routeBuilder('GET');
export const post = routeBuilder('POST');
export const put = routeBuilder('PUT');
export const patch = routeBuilder('PATCH');
export const del = routeBuilder('DELETE');

/** Lines for operations that return a run: its events are streamed. POST starts it. */
export const stream = {
  get: routeBuilder<Operation<object, RunRef>>('GET', streamExchange),
  post: routeBuilder<Operation<object, RunRef>>('POST', streamExchange),
};
/** A POST with a file: its bytes, or a form with the file and the fields of the input. The input has a `StoredFile` named `file`. */
export const upload = routeBuilder('POST', uploadExchange);
/** A GET of a file: the output is a `StoredFile`. */
export const download = routeBuilder('GET', downloadExchange);
/** A GET of a browser that another party sends: the operation says where it continues, or what it shows. */
export const redirect = routeBuilder<Operation<object, Redirection>>('GET', redirectExchange);
/** A POST of another party, who has no credential: the operation verifies a signature of the bytes. */
export const webhook = (path: string, operation: Operation, { maxBytes, example, ...options }: WebhookParts & RouteOptions): Route => ({
  ...post(path, operation, open(), options),
  exchange: webhookExchange({ maxBytes, example }),
});
