import { AppId, IDS } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Instant, Int, Nested, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { CallToken } from './call-token.js';

const Model = () => Text({ min: 1, max: 128, description: 'Name of the model of the value.', example: 'Inbox' });

@Shape('Identifies an entry of the cache of an app for a user.')
export class CacheRef {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Model() model!: string;
  @Text({ min: 1, max: 128, description: 'Key of the entry; clients send a hash of theirs.', example: '2c70e12b7a0646f9' }) key!: string;
  @Optional() @CallToken() call_token?: string;
}

@Shape('A value in the cache, as the code of an app stored it.')
export class CacheEnvelope {
  @Model() model!: string;
  @Int({ min: 1, max: 1_000, description: 'Version of this form.', example: 1 }) version!: number;
  @AnyJson({ description: 'The value.', example: { unread: 3 } }) data: unknown;
  @Text({ max: 64, description: 'When the code of the app stored it.', example: '2026-06-21T09:30:00+00:00' }) cached_at!: string;
}

@Shape('An entry of the cache to store.')
export class StoreCacheEntry extends CacheRef {
  @Nested(() => CacheEnvelope, { description: 'The value, at most 64 KiB.' }) envelope!: CacheEnvelope;
  @Int({ min: 5, max: 300, description: 'Seconds until the entry expires.', example: 60 }) ttl_seconds!: number;
}

@Shape('The receipt of a stored entry.')
export class CacheEntryStored {
  @Text({ description: 'Always `stored`.', example: 'stored' }) status!: string;
  @Instant({ description: 'When the entry expires.' }) expires_at!: Date;
}

@Shape('The receipt of a deleted entry.')
export class CacheEntryDeleted {
  @Text({ description: 'Always `deleted`, also if there was no entry.', example: 'deleted' }) status!: string;
}

export const CacheEntryNotFound = problem('cache_entry_not_found', 404, 'The cache has no such entry, or it has expired.');
export const CacheEntryTooLarge = problem('cache_entry_too_large', 413, 'An entry of the cache must not be larger than 64 KiB.');

const NEEDS_TOKEN = 'Needs a call token of any type, and works in its tenant. One token serves all requests of its call to the cache.';

export const cacheMembers = {
  getCacheEntry: operation('Read an entry of the cache', {
    description: NEEDS_TOKEN,
    input: CacheRef,
    output: CacheEnvelope,
    problems: [CacheEntryNotFound],
  }),
  storeCacheEntry: operation('Store an entry in the cache', {
    description: `Replaces an entry with the same key. ${NEEDS_TOKEN}`,
    input: StoreCacheEntry,
    output: CacheEntryStored,
    problems: [CacheEntryTooLarge],
  }),
  deleteCacheEntry: operation('Delete an entry of the cache', { description: NEEDS_TOKEN, input: CacheRef, output: CacheEntryDeleted }),
};
