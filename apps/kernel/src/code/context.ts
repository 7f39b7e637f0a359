import type { CallFacts, ThrownError } from './messages.js';

/** What the prelude is given by the thread. Only text and numbers pass. */
type Request = (method: string, json: string) => number;
type End = (kind: 'result' | 'thrown', json: string) => void;

/**
 * Makes `ctx` inside a sandbox. It is compiled there from its own text, so it uses nothing but its arguments and the language. Nothing that
 * it guards matters outside: whatever the code of an app does to it, only text goes out, and the kernel checks that.
 */
export function createContext(request: Request, log: (json: string) => void, end: End) {
  interface Waiting {
    resolve: (value: unknown) => void;
    reject: (error: Error) => void;
  }
  interface Selector {
    ids?: string[];
    where?: object;
  }
  type Entry = (ctx: object, params: unknown) => unknown;
  const { parse, stringify } = JSON;
  const waiting = new Map<number, Waiting>();
  const signal = { aborted: false };

  const toJson = (value: unknown): string => (stringify(value) as string | undefined) ?? 'null';
  /** Not async, nor a request within the constructor: a promise would catch what ends code that has used up its time. */
  const ask = <T>(method: string, args: object): Promise<T> => {
    const id = request(method, toJson(args));
    return new Promise<T>((resolve, reject) => void waiting.set(id, { resolve: resolve as Waiting['resolve'], reject }));
  };
  const note =
    (level: string) =>
    (message: unknown, fields: object = {}) =>
      log(toJson({ level, message: typeof message === 'string' ? message : toJson(message), fields }));
  const describe = (error: unknown): ThrownError => {
    if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : toJson(error) };
    const { code } = error as { code?: unknown };
    return { message: `${error.message}`, stack: `${error.stack}`, ...(typeof code === 'string' && { code }) };
  };
  const levels = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const contextFor = (facts: CallFacts) => ({
    ...facts,
    signal,
    log: levels,
    store: {
      create: (kind: string, data: object) => ask('store.create', { kind, data }),
      get: (kind: string, id: string) => ask<{ doc: unknown }>('store.get', { kind, id }).then(({ doc }) => doc),
      list: (kind: string, filter: object = {}) => ask<{ docs: unknown[] }>('store.list', { ...filter, kind }).then(({ docs }) => docs),
      update: (kind: string, selector: Selector, set: object) =>
        ask<{ ids: string[] }>('store.update', { ...selector, kind, set }).then(({ ids }) => ids),
      delete: (kind: string, selector: Selector) =>
        ask<{ count: number }>('store.delete', { ...selector, kind }).then(({ count }) => count),
    },
    files: {
      list: (prefix = '') => ask('files.list', { prefix }),
      read: (path: string) => ask('files.read', { path }),
      write: (path: string, text: string, { content_type = 'text/plain' } = {}) => ask('files.write', { path, text, content_type }),
      delete: (path: string) => ask('files.delete', { path }),
    },
    http: { fetch: (url: string, options: object = {}) => ask('http.fetch', { ...options, url: `${url}` }) },
    secrets: { get: (name: string) => ask('secrets.get', { name }) },
    ai: { complete: (options: object) => ask('ai.complete', options) },
    cache: {
      get: (key: string) => ask('cache.get', { key }),
      set: (key: string, value: unknown, { ttl_seconds = 60 } = {}) => ask('cache.set', { key, value, ttl_seconds }),
      delete: (key: string) => ask('cache.delete', { key }),
    },
    call: (name: string, params: object = {}, options: object = {}) => ask('call', { ...options, function: name, params }),
    notify: (notification: object) => ask('notify', notification),
  });
  (globalThis as { console?: unknown }).console = { ...levels, log: levels.info };

  return {
    /** Runs the exported function `entry` once the module has loaded. */
    start(loaded: Promise<Record<string, unknown>>, entry: string, params: string, facts: string): void {
      loaded
        .then((module) => (module[entry] as Entry)(contextFor(parse(facts) as CallFacts), parse(params)))
        .then((result) => end('result', toJson(result)))
        .catch((error: unknown) => end('thrown', toJson(describe(error))));
    },
    answer(id: number, ok: boolean, json: string): void {
      const asked = waiting.get(id);
      waiting.delete(id);
      const value = parse(json) as ThrownError;
      if (ok) asked?.resolve(value);
      else asked?.reject(Object.assign(new Error(value.message), { code: value.code }));
    },
    warn(): void {
      signal.aborted = true;
    },
  };
}
