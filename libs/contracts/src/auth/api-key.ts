import { Message, Nothing } from '../common.js';
import { list, operation } from '../define.js';
import { Instant, Nullable, Text } from '../fields.js';
import { Conflict, Forbidden, problem } from '../problem.js';
import { InvalidCredentials } from './credentials.js';
import { Principal } from './account.js';

export class CreateKey {
  @Text({ min: 1, max: 100 }) name!: string;
  @Text({ max: 2000, description: 'Scopes, separated by commas; `*` for all of the owner’s.' }) scopes: string = '*';
}

export class KeyItem {
  @Text() id!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Nullable() @Instant() last_used_at!: Date | null;
  @Instant() created_at!: Date;
}

export class NewKey {
  @Text() id!: string;
  @Text({ description: 'Shown this once.' }) key!: string;
  @Text() key_prefix!: string;
  @Text() name!: string;
  @Text() scopes!: string;
  @Instant() created_at!: Date;
}

export class KeyRef {
  @Text({ min: 1, max: 64 }) key_id!: string;
}

export class ApiKey {
  @Text({ min: 1, max: 512 }) key!: string;
}

export const KeyNotFound = problem('key_not_found', 404, 'There is no such key.');

export const apiKeyMembers = {
  createKey: operation('Create an API key', { input: CreateKey, output: NewKey, problems: [Forbidden, Conflict], secret: true }),
  listKeys: operation('List your API keys', { input: Nothing, output: list(KeyItem) }),
  revokeKey: operation('Revoke an API key', { input: KeyRef, output: Message, problems: [KeyNotFound] }),
  /** Internal: who holds this key? */
  verifyKey: operation('Name the holder of an API key', { input: ApiKey, output: Principal, problems: [InvalidCredentials] }),
};
