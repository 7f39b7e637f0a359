import type { Json, JsonObject } from './json.js';

/** A JSON object that the app stores for the user. */
export interface Document<T extends JsonObject = JsonObject> {
  id: string;
  /** Its `kind`. */
  collection: string;
  data: T;
  /** ISO 8601. */
  created_at: string;
  /** ISO 8601. */
  updated_at: string;
}

/** Which documents: those with these ids, or those whose top-level fields match. */
export type Selection = { ids: string[] } | { where: JsonObject };

/** Documents of the user. A `kind` is the name of a collection. */
export interface Store extends StoreReader {
  /** Needs the capability `store:write`. */
  create(kind: string, data: JsonObject): Promise<{ id: string }>;
  /** Sets these fields, and returns the ids of the changed documents. Needs `store:write`. */
  update(kind: string, which: Selection, set: JsonObject): Promise<string[]>;
  /** Returns the number of deleted documents. Needs `store:write`. */
  delete(kind: string, which: Selection): Promise<number>;
}

/** What a panel may do with documents. */
export interface StoreReader {
  /** Null if the user has no document with this id. Needs the capability `store:read`. */
  get<T extends JsonObject = JsonObject>(kind: string, id: string): Promise<Document<T> | null>;
  /** Newest first, at most `limit`. Needs `store:read`. */
  list<T extends JsonObject = JsonObject>(
    kind: string,
    which?: { where?: JsonObject; ids?: string[]; limit?: number },
  ): Promise<Document<T>[]>;
}

/** A file that the app keeps for the user. */
export interface FileInfo {
  path: string;
  /** In bytes. */
  size: number;
  content_type: string;
}

/** Files of the user, by path. Contents are text. */
export interface Files {
  list(prefix?: string): Promise<FileInfo[]>;
  /** Null if no file has this path. */
  read(path: string): Promise<string | null>;
  write(path: string, text: string, options?: { content_type?: string }): Promise<void>;
  delete(path: string): Promise<void>;
}

/** The answer of another server. */
export interface HttpResponse {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Requests over https to the hosts that the capabilities `http:<host>` name. */
export interface Http {
  /**
   * Resolves whatever the status is. Requests other than GET and HEAD carry an `Idempotency-Key` that is the same if the call is repeated.
   * Throws if no answer comes. With `account`, the name of an OAuth provider, the request has the access token of the account that the user has
   * connected there, which the code never sees; without one it throws `CREDENTIAL_REQUIRED`.
   */
  fetch(
    url: string,
    request?: { method?: string; headers?: Record<string, string>; body?: string; account?: string },
  ): Promise<HttpResponse>;
}

/** A prompt for a language model. */
export interface Prompt {
  prompt: string;
  /** A model or tier of the installation. */
  model?: string;
  /** 0 to 2. */
  temperature?: number;
  max_tokens?: number;
}

/** Values that are kept for seconds, up to five minutes. */
export interface Cache {
  /** Null if there is none. */
  get<T extends Json = Json>(key: string): Promise<T | null>;
  set(key: string, value: Json, options: { ttl_seconds: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What the code writes about itself; its developer reads it with `app logs`. It is kept for a week. */
export interface Log {
  debug(message: string, fields?: JsonObject): void;
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  error(message: string, fields?: JsonObject): void;
}

/** What a panel's code may use: showing a panel changes nothing. */
export interface PanelCtx {
  /** The app that runs. */
  readonly app: { readonly id: string; readonly version: string };
  /** The user on whose behalf it runs. */
  readonly user: { readonly id: string };
  /** Of the call that runs: that of its action. */
  readonly call_id: string;
  readonly store: StoreReader;
  readonly log: Log;
  /** `aborted` is true a quarter of a second before the deadline of the call, at which it ends. */
  readonly signal: { readonly aborted: boolean };
}

/** All that the code of a function can use: nothing else of the outside exists. Everything is plain JSON. A call has at most 200 uses, with 4 MiB in all. */
export interface Ctx extends PanelCtx {
  readonly store: Store;
  readonly files: Files;
  readonly http: Http;
  /** Secrets that the manifest declares. */
  readonly secrets: {
    /** Null if the user has not set it. */
    get(name: string): Promise<string | null>;
  };
  readonly ai: {
    /** Asks a language model. Needs the capability `ai:complete`. */
    complete(prompt: Prompt): Promise<{ text: string }>;
  };
  /** Calls a function, of this app by default, and returns its data. Another app needs a capability such as `notes:read`. */
  call<T extends Json = Json>(name: string, params?: JsonObject, options?: { app_id?: string }): Promise<T>;
  /** Sends the user a notification. */
  notify(notification: { title: string; body?: string; priority?: string }): Promise<void>;
  readonly cache: Cache;
}

/** A function of an app: what it returns is the `data` of the call. An Error that it throws ends the call with its message. */
export type AppFunction<Params extends object = JsonObject, Result extends Json = Json> = (ctx: Ctx, params: Params) => Promise<Result>;
