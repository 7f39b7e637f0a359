import type { Operation, RunRef, SocketRef } from '@skep/contracts';
import { appWebhookExchange } from './exchange/app-webhook-exchange.js';
import { ofBrowser } from './exchange/browser-exchange.js';
import { callExchange } from './exchange/call-exchange.js';
import { documentExchangeOf } from './exchange/document-exchange.js';
import { downloadExchange } from './exchange/download-exchange.js';
import { jsonExchange, scimExchange } from './exchange/json-exchange.js';
import { type Outcome, outcomeExchange } from './exchange/outcome-exchange.js';
import { pageExchange, type RenderPage } from './exchange/page-exchange.js';
import { type Redirection, redirectExchangeOf } from './exchange/redirect-exchange.js';
import { socketExchange } from './exchange/socket-exchange.js';
import { streamExchange } from './exchange/stream-exchange.js';
import { uploadExchange } from './exchange/upload-exchange.js';
import type { AcceptedFiles } from './files/accepted-files.js';
import { webhookExchange, type WebhookParts } from './exchange/webhook-exchange.js';
import { type Access, type Exchange, type Method, open, type Route, type RouteOptions } from './route.js';
import type { SocketMessage, SocketParts } from './sockets/message.js';

// Builders of the lines of route tables.
export const routeBuilder =
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

/** Lines whose answers also set the status and headers of the response. */
export const outcome = (parts: Outcome) => {
  const exchange = outcomeExchange(parts);
  return {
    get: routeBuilder('GET', exchange),
    post: routeBuilder('POST', exchange),
    put: routeBuilder('PUT', exchange),
    patch: routeBuilder('PATCH', exchange),
  };
};

/** A POST that calls a function. */
export const call = routeBuilder('POST', callExchange);

/** Lines of SCIM, whose JSON has a media type of its own. */
export const scim = {
  get: routeBuilder('GET', scimExchange),
  post: routeBuilder('POST', scimExchange),
  put: routeBuilder('PUT', scimExchange),
  patch: routeBuilder('PATCH', scimExchange),
  delete: routeBuilder('DELETE', scimExchange),
};

/** Lines for operations that return a run: its events are streamed. POST starts it. */
export const stream = {
  get: routeBuilder<Operation<object, RunRef>>('GET', streamExchange),
  post: routeBuilder<Operation<object, RunRef>>('POST', streamExchange),
};
/** A WebSocket: the operation opens it. `SocketParts` says which messages it has. */
export const socket = <O extends Operation<SocketRef>>(
  path: string,
  operation: O,
  access: (operation: O) => Access,
  { messages, names, credentialOf, onClose, sends, shows, errorOf, maxBytes, ...options }: SocketParts & RouteOptions,
): Route => ({
  ...get(path, operation, access, options),
  exchange: socketExchange({ messages, names, credentialOf, onClose, sends, shows, errorOf, maxBytes }),
});
/** A message of a socket. */
export const message = <O extends Operation<SocketRef>>(operation: O, access: (operation: O) => Access): SocketMessage => ({
  operation,
  access: access(operation),
});
/** A POST with a file: its bytes, or a form with the file and the fields of the input, of which one is a `StoredFile`. */
export const upload = <O extends Operation>(
  path: string,
  operation: O,
  access: (operation: O) => Access,
  { mediaTypes, maxBytes, ...options }: AcceptedFiles & RouteOptions = {},
): Route => ({
  ...post(path, operation, access, options),
  exchange: uploadExchange(operation, { ...(mediaTypes && { mediaTypes }), ...(maxBytes !== undefined && { maxBytes }) }),
});
/** A GET of a file: the output is a `StoredFile`. */
export const download = routeBuilder('GET', downloadExchange);
/** A GET of a file that is made for the request: the output is a `SentFile`. */
export const document = routeBuilder('GET', documentExchangeOf('application/pdf'));
/** The same as GPX, the format of routes. */
export const gpx = routeBuilder('GET', documentExchangeOf('application/gpx+xml'));
/** Lines for one browser without an account, which a cookie identifies: the operation gets its secret as `browser`. `start` sets the cookie. */
export const ofOneBrowser = {
  get: routeBuilder('GET', ofBrowser(jsonExchange)),
  post: routeBuilder('POST', ofBrowser(jsonExchange)),
  start: routeBuilder('POST', ofBrowser(jsonExchange, { greets: true })),
  redirect: routeBuilder<Operation<object, Redirection>>('GET', ofBrowser(redirectExchangeOf(303))),
};
/** A GET of a browser that another party sends: the operation says where it continues, or what it shows. */
export const redirect = routeBuilder<Operation<object, Redirection>>('GET', redirectExchangeOf(302));
/** The same with 303 See Other, for clients that expect it. */
export const seeOther = routeBuilder<Operation<object, Redirection>>('GET', redirectExchangeOf(303));
/** The form of a page that such an operation shows. */
export const confirm = routeBuilder<Operation<object, Redirection>>('POST', redirectExchangeOf(302));
/** A page for browsers without scripts, or one of its forms: `render` makes the page of what the operation returns. */
export const page = <Output, O extends Operation<object, Output>>(
  method: 'GET' | 'POST',
  path: string,
  operation: O,
  access: (operation: O) => Access,
  render: RenderPage<Output>,
  options: RouteOptions = {},
): Route => routeBuilder(method, pageExchange(render))(path, operation, access, options);
/** A POST of another party, who has no credential: the operation verifies a signature of the bytes. */
export const webhook = (
  path: string,
  operation: Operation,
  { maxBytes, example, anyMedia, ...options }: WebhookParts & RouteOptions,
): Route => ({
  ...post(path, operation, open(), options),
  exchange: webhookExchange({ maxBytes, example, ...(anyMedia && { anyMedia }) }),
});
/** A request of another party to an app: the kernel knows which path and method the app declares. The last parameter of the path is the rest of it. */
export const appWebhook = (method: Method, path: string, operation: Operation, options: RouteOptions): Route => ({
  ...routeBuilder(method, appWebhookExchange)(path, operation, open(), options),
  restOfPath: true,
});
