import { AppRef, Empty, IDS, Message } from '../common.js';
import { broadcast, list, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, Forbidden, problem } from '../problem.js';
import { InvalidCredentials } from './credentials.js';
import { Principal } from './account.js';

const docs = {
  key_id: { description: 'Id of the key.', example: 'key_9d2k' },
  key: { description: 'The API key. Shown only in this answer: store it now.', example: 'imp_live_…' },
  prefix: { description: 'First 15 characters of the key, to recognise it.', example: 'imp_live_a1B2c3' },
  name: { description: 'Name of the key.', example: 'CI pipeline' },
  scopes: {
    description: 'Scopes of the key, separated by commas; `*` for all scopes of the owner.',
    example: 'extensions:call,billing:read',
  },
  app_scope: { description: '`full`: the key may do everything that keys may do with the app. `readonly`: it may only read.' },
  created_at: { description: 'When the key was created.' },
  last_used_at: { description: 'When the key was last used, accurate to a minute. Null if it was never used.' },
} satisfies Record<string, FieldDocs>;

@Shape('A new API key.')
export class CreateApiKey {
  @Text({ min: 1, max: 100, description: 'A name to recognise the key by.', example: 'CI pipeline' }) name!: string;
  @Text({
    max: 2000,
    description: 'Scopes, separated by commas or blanks; `*` for all scopes of the owner. A key never has more scopes than its owner.',
    example: 'extensions:call,billing:read',
  })
  scopes: string = '*';
}

@Shape('An API key of yours, without the key itself.')
export class ApiKeyItem {
  @Text(docs.key_id) id!: string;
  @Text(docs.prefix) key_prefix!: string;
  @Text(docs.name) name!: string;
  @Text(docs.scopes) scopes!: string;
  @Nullable()
  @Text({ description: 'The only app that the key works for. Null for a key that is not bound to an app.' })
  app_id!: string | null;
  @Nullable() @Instant(docs.last_used_at) last_used_at!: Date | null;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('A new API key. The only answer that contains the key itself.')
export class CreatedApiKey {
  @Text(docs.key_id) id!: string;
  @Text(docs.key) key!: string;
  @Text(docs.prefix) key_prefix!: string;
  @Text(docs.name) name!: string;
  @Text(docs.scopes) scopes!: string;
  @Instant(docs.created_at) created_at!: Date;
}

@Shape('Identifies an API key of yours.')
export class ApiKeyRef {
  @Text({ min: 1, max: 64, ...docs.key_id }) key_id!: string;
}

/** The access of an app key: everything that keys may do with the app, or reading only. */
export const APP_KEY_SCOPES = ['full', 'readonly'] as const;

@Shape('A new key that works for one app only.')
export class CreateAppKey extends AppRef {
  @OneOf(APP_KEY_SCOPES, docs.app_scope) scope: string = 'full';
}

@Shape('A new app key. The only answer that contains the key itself.')
export class CreatedAppKey {
  @Text(docs.key_id) key_id!: string;
  @Text(docs.key) api_key!: string;
  @Text(docs.prefix) prefix!: string;
  @OneOf(APP_KEY_SCOPES, docs.app_scope) scope!: string;
  @Instant(docs.created_at) created_at!: Date;
  @Text({ description: 'A reminder that the key is shown only once.', example: 'Store the key now: it is not shown again.' })
  warning!: string;
}

@Shape('A key of one app, without the key itself.')
export class AppKeyItem {
  @Text(docs.key_id) key_id!: string;
  @Text(docs.prefix) prefix!: string;
  @OneOf(APP_KEY_SCOPES, docs.app_scope) scope!: string;
  @Instant(docs.created_at) created_at!: Date;
  @Nullable() @Instant(docs.last_used_at) last_used_at!: Date | null;
}

@Shape('All keys of one app.')
export class AppKeyList {
  @List(() => AppKeyItem, { description: 'Keys, newest first.' }) keys!: AppKeyItem[];
  @Int({ description: 'Number of keys.' }) total!: number;
}

@Shape('Identifies a key of one app.')
export class AppKeyRef extends AppRef {
  @Text({ min: 1, max: 64, ...docs.key_id }) key_id!: string;
}

@Shape('A revoked app key.')
export class AppKeyRevoked {
  @Text(docs.key_id) key_id!: string;
  @OneOf(['revoked'], { description: 'Always `revoked`.' }) status!: string;
}

@Shape('The owner of an API key, with the scopes of the key.')
export class ApiKeyHolder extends Principal {
  @Nullable()
  @Text({ description: 'The only app that the key works for. Null for a key that is not bound to an app.' })
  app_id!: string | null;
}

@Shape('An API key to verify.')
export class ApiKeySecret {
  @Text({ min: 1, max: 512, description: 'The API key.', example: 'imp_live_…' }) key!: string;
}

@Shape('An API key to check.')
export class ValidateApiKey {
  @Text({ min: 1, max: 512, description: 'The API key.', example: 'imp_live_…' }) api_key!: string;
}

@Shape('Whether an API key is valid, and what it opens.')
export class ApiKeyValidity {
  @Bool({ description: 'Whether the key is valid.', example: true }) valid!: boolean;
  @Optional() @Nullable() @Text({ ...IDS.app, description: 'The only app that the key works for; null for all.' }) app_id?: string | null;
  @Optional()
  @Text({ description: '`full`, `readonly`, or the scopes of a key that is not bound to an app.', example: 'full' })
  scope?: string;
  @Optional() @Text(IDS.tenant) tenant_id?: string;
  @Optional() @Text({ ...IDS.user, description: 'Id of the owner of the key.' }) owner_id?: string;
  @Optional() @Text({ description: 'Why the key is not valid.', example: 'This API key is invalid or was revoked.' }) error?: string;
}

export const ApiKeyNotFound = problem('key_not_found', 404, 'API key not found.');

export const apiKeyMembers = {
  createApiKey: operation('Create an API key', {
    description: 'A user can have 100 keys. Only a signed-in user can create keys: an API key or a service cannot.',
    input: CreateApiKey,
    output: CreatedApiKey,
    problems: [Forbidden, Conflict],
    secret: true,
  }),
  listApiKeys: operation('List your API keys', {
    description: 'Newest first, without revoked keys.',
    input: Empty,
    output: list(ApiKeyItem),
  }),
  revokeApiKey: operation('Revoke an API key', {
    description: 'The key stops working at once. Revoking a key again has no effect.',
    input: ApiKeyRef,
    output: Message,
    problems: [ApiKeyNotFound],
  }),
  /** Internal: called by the gateway for each request with an unknown key. */
  verifyApiKey: operation('Read the owner of an API key', { input: ApiKeySecret, output: ApiKeyHolder, problems: [InvalidCredentials] }),

  validateApiKey: operation('Check an API key', {
    description: 'Whoever has the key may know what it opens. An invalid key is no error.',
    input: ValidateApiKey,
    output: ApiKeyValidity,
  }),

  /** Internal: called by developer-portal, which checks first that the app is the caller's. */
  createAppKey: operation('Create a key for one app', {
    input: CreateAppKey,
    output: CreatedAppKey,
    problems: [Forbidden, Conflict],
    secret: true,
  }),
  listAppKeys: operation('List the keys of one app', { input: AppRef, output: AppKeyList }),
  revokeAppKey: operation('Revoke a key of one app', { input: AppKeyRef, output: AppKeyRevoked, problems: [ApiKeyNotFound] }),

  /** A valid key or extension token was revoked: the gateways drop cached ones. */
  apiKeyRevoked: broadcast(Empty),
};
