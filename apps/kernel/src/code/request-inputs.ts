import { AnyJson, Int, Json, OneOf, Optional, Shape, Text } from '@skep/contracts';
import { MESSAGE_MAX, PRIORITIES, type Priority } from '@skep/contracts/channels';
import { FilePath } from '@skep/contracts/kernel';

// What code passes to the functions of its `ctx` that no step has. Steps and code share the arguments of verbs: see ir/verbs.ts.

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

@Shape('A request of `ctx.http.fetch`.')
export class FetchInput {
  @Text({ min: 1, max: 8_000 }) url!: string;
  @OneOf(METHODS) method: (typeof METHODS)[number] = 'GET';
  @Json() headers: Record<string, unknown> = {};
  @Optional() @Text({ max: 1_048_576 }) body?: string;
  /** The OAuth provider with whose account of the user the request is made. */
  @Optional() @Text({ max: 64, pattern: /^[a-z0-9][a-z0-9_-]*$/ }) account?: string;
}

@Shape('A secret that `ctx.secrets.get` reads.')
export class SecretInput {
  @Text({ min: 1, max: 64 }) name!: string;
}

@Shape('A notification of `ctx.notify`.')
export class NotifyInput {
  @Text({ min: 1, max: 200 }) title!: string;
  @Text({ max: MESSAGE_MAX }) body: string = '';
  @OneOf(PRIORITIES) priority: Priority = 'normal';
}

@Shape('A key of `ctx.cache`.')
export class CacheKeyInput {
  @Text({ min: 1, max: 128 }) key!: string;
}

@Shape('An entry of `ctx.cache.set`.')
export class CacheEntryInput extends CacheKeyInput {
  @AnyJson() value: unknown;
  @Int({ min: 5, max: 300 }) ttl_seconds: number = 60;
}

@Shape('Files of `ctx.files.list`.')
export class FilePrefixInput {
  @Text({ max: 1_024 }) prefix: string = '';
}

@Shape('A file of `ctx.files`.')
export class FileInput {
  @FilePath() path!: string;
}

@Shape('A text of `ctx.files.write`.')
export class FileTextInput extends FileInput {
  @Text({ max: 1_048_576 }) text!: string;
  @Text({ max: 100, pattern: /^[a-z]+\/[a-z0-9.+-]+$/ }) content_type: string = 'text/plain';
}
