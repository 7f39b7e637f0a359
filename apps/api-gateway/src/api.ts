import { isOfSocket, uploadsOf } from '@skep/contracts';
import type { Credential } from './auth/credential.js';
import type { ErrorForm } from './http/error-form.js';
import { problemJson } from './http/problem-json.js';
import type { ProblemAnswers } from './openapi/answers.js';
import type { Json } from './openapi/json.js';
import { holdersFor, type Route } from './route.js';

/** A public API: its routes, the credentials that it accepts, the form of its errors, and its documents. */
export interface Api {
  name: string;
  /** Errors of unknown paths below these have the form of this API. */
  prefixes: readonly string[];
  /** The title page of its OpenAPI document. */
  info: { title: string; summary: string; description: string };
  /** What each context of its operations is about. */
  tags: Readonly<Record<string, string>>;
  errors: ErrorForm;
  /** In the order in which a request is searched for them. */
  auth: readonly Credential[];
  routes: readonly Route[];
  /** Below which paths pages of other origins may call it, beside those of SKEP_CORS_ORIGINS. */
  crossOrigin?: Readonly<Record<string, CrossOrigin>>;
  /** Whether the web app calls it: the session of a browser, in cookies, then counts as an access token. */
  takesSessions?: boolean;
  /** Whether its paths also answer with a slash at their end. */
  eitherSlash?: boolean;
  /** The OpenAPI descriptions of controllers, by path and method. */
  controllers(answers: ProblemAnswers): Record<string, Record<string, Json>>;
  /** Its generated files, relative to the root of the repository. */
  files: { openapi: string; matrix: string };
}

/** `anyone`: pages of any origin, without cookies. `returning`: pages of the origins of RETURN_TO_ALLOW, with cookies. */
export type CrossOrigin = 'anyone' | 'returning';

interface ApiDefinition
  extends Omit<Api, 'prefixes' | 'errors' | 'controllers' | 'files'>, Partial<Pick<Api, 'errors' | 'controllers' | 'files'>> {
  /** The paths that the published document of the API prints, if it prints few: routes with another one are `reconstructed`. */
  printed?: readonly string[];
  /** The prefix of all its paths. An API without one has the first segments of its paths as prefixes. */
  prefix?: string;
}

const noControllers = () => ({});

/** Defines a public API. @throws Error when a path lacks the prefix, when no credential of the API fits the access of a route, or when clients could describe an uploaded file, or name a socket, themselves */
export function api({ prefix, printed, ...definition }: ApiDefinition): Api {
  const { name, auth, routes } = definition;
  for (const { method, path, access, operation, exchange } of routes) {
    if (prefix && !isBelow(prefix, path)) throw new Error(`${name}: ${method} ${path} lacks the prefix ${prefix}`);
    if (access.kind !== 'open' && !holdersFor(access).some((holder) => auth.some((credential) => credential.holder === holder)))
      throw new Error(`${name}: ${method} ${path} is for ${access.kind} callers, but the API accepts no credential of theirs`);
    const unfilled = uploadsOf(operation.input).find((field) => !exchange.fills.includes(field));
    if (isOfSocket(operation.input) && exchange.name !== 'socket')
      throw new Error(`${name}: ${method} ${path} would let clients name any socket; use socket()`);
    if (unfilled) throw new Error(`${name}: ${method} ${path} would let clients write ${unfilled}; use upload()`);
  }
  return {
    prefixes: prefix ? [prefix] : [...new Set(routes.map(({ path }) => `/${path.split('/')[1]}`))],
    errors: problemJson,
    controllers: noControllers,
    files: { openapi: `docs/openapi/${name}.json`, matrix: `docs/authorisation-matrix-${name}.md` },
    ...definition,
    ...(printed && { routes: routes.map((route) => ({ ...route, reconstructed: !printed.includes(route.path) })) }),
  };
}

/** One API or more. Paths below no prefix belong to the first one. */
export type Apis = readonly [Api, ...Api[]];
/** Provides the `Apis` of this gateway. */
export const APIS = Symbol('APIS');

/** The API that answers for a URL, also when no route matches it. */
export function apiAt(apis: Apis, url: string): Api {
  return findApi(apis, url) ?? apis[0];
}

/** Whether the session of a browser is a credential at a URL. Pages of other origins call some of those of the web app's APIs, without it. */
export function takesSessionsAt(apis: Apis, url: string): boolean {
  return findApi(apis, url)?.takesSessions === true && !crossOriginAt(apis, url);
}

/** Which pages of other origins may call a URL, beside those of SKEP_CORS_ORIGINS. */
export function crossOriginAt(apis: Apis, url: string): CrossOrigin | undefined {
  const [path = ''] = url.split('?');
  return Object.entries(apiAt(apis, path).crossOrigin ?? {}).find(([prefix]) => isBelow(prefix, path))?.[1];
}

function findApi(apis: Apis, url: string): Api | undefined {
  const [path = ''] = url.split('?');
  return apis.find(({ prefixes }) => prefixes.some((prefix) => isBelow(prefix, path)));
}

const isBelow = (prefix: string, path: string) => path === prefix || path.startsWith(`${prefix}/`);
