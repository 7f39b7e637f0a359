import { AppRef, Message, Empty } from '../common.js';
import { broadcast, list, operation } from '../define.js';
import { Instant, Int, List, Nullable, OneOf, Text } from '../fields.js';
import { Conflict, Forbidden, problem } from '../problem.js';
import { InvalidCredentials } from './credentials.js';
import { Principal } from './account.js';

export class CreateApiKey {
  @Text({ min: 1, max: 100 }) name!: string;
  @Text({ max: 2000, description: 'Scopes, separated by commas; `*` for all of the owner’s.' }) scopes: string = '*';
}

export class ApiKeyItem {
  @Text() id!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Nullable() @Text({ description: 'The app that the key is for, and for no other.' }) app_id!: string | null;
  @Nullable() @Instant() last_used_at!: Date | null;
  @Instant() created_at!: Date;
}

export class CreatedApiKey {
  @Text() id!: string;
  @Text({ description: 'Shown this once.' }) key!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Instant() created_at!: Date;
}

export class ApiKeyRef {
  @Text({ min: 1, max: 64 }) key_id!: string;
}

/** What a key of an app may do with it: everything that keys may do, or read. */
export const APP_KEY_SCOPES = ['full', 'readonly'] as const;

export class CreateAppKey extends AppRef {
  @OneOf(APP_KEY_SCOPES) scope: string = 'full';
}

export class CreatedAppKey {
  @Text({ example: 'key_9d2k' }) key_id!: string;
  @Text({ description: 'Shown this once.' }) api_key!: string;
  @Text() prefix!: string;
  @OneOf(APP_KEY_SCOPES) scope!: string;
  @Instant() created_at!: Date;
  @Text() warning!: string;
}

export class AppKeyItem {
  @Text() key_id!: string;
  @Text({ description: 'How the key begins.' }) prefix!: string;
  @OneOf(APP_KEY_SCOPES) scope!: string;
  @Instant() created_at!: Date;
  @Nullable() @Instant({ description: 'To the minute.' }) last_used_at!: Date | null;
}

export class AppKeyList {
  @List(() => AppKeyItem) keys!: AppKeyItem[];
  @Int() total!: number;
}

export class AppKeyRef extends AppRef {
  @Text({ min: 1, max: 64 }) key_id!: string;
}

export class AppKeyRevoked {
  @Text() key_id!: string;
  @OneOf(['revoked']) status!: string;
}

export class ApiKeyHolder extends Principal {
  @Nullable() @Text({ description: 'The only app that the key is for.' }) app_id!: string | null;
}

export class ApiKeySecret {
  @Text({ min: 1, max: 512 }) key!: string;
}

export const ApiKeyNotFound = problem('key_not_found', 404, 'There is no such key.');

export const apiKeyMembers = {
  createApiKey: operation('Create an API key', {
    input: CreateApiKey,
    output: CreatedApiKey,
    problems: [Forbidden, Conflict],
    secret: true,
  }),
  listApiKeys: operation('List your API keys', { input: Empty, output: list(ApiKeyItem) }),
  revokeApiKey: operation('Revoke an API key', { input: ApiKeyRef, output: Message, problems: [ApiKeyNotFound] }),
  /** Internal: who holds this key? */
  verifyApiKey: operation('Name the holder of an API key', { input: ApiKeySecret, output: ApiKeyHolder, problems: [InvalidCredentials] }),

  /** Internal: for developer-portal, which has seen that the app is the caller's. */
  createAppKey: operation('Make a key for one app', {
    input: CreateAppKey,
    output: CreatedAppKey,
    problems: [Forbidden, Conflict],
    secret: true,
  }),
  listAppKeys: operation('List the keys for one app', { input: AppRef, output: AppKeyList }),
  revokeAppKey: operation('Revoke a key for one app', { input: AppKeyRef, output: AppKeyRevoked, problems: [ApiKeyNotFound] }),

  /** A key that was good is not any more. */
  apiKeyRevoked: broadcast(Empty),
};
