import type { AppRef } from '@skep/contracts';
import {
  type ApiKeySecret,
  type ApiKeyValidity,
  type AppKeyRef,
  auth,
  type CreateAppKey,
  type CreateApiKey as CreateApiKeyInput,
  InvalidCredentials,
  type ApiKeyRef,
  type ValidateApiKey,
} from '@skep/contracts/auth';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { intersectScopes, parseScopes } from '../scope/scopes.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { CreateApiKey } from './create-api-key.js';
import { RevokeApiKey } from './revoke-api-key.js';

const INVALID = 'This API key is invalid or was revoked.';
const KEY_PATTERN = /^imp_live_[A-Za-z0-9]{32}$/;

/** The API scope of each kind of app key. */
const APP_KEY_SCOPES: Record<string, string> = { full: 'developer:apps:*', readonly: 'developer:apps:read' };
const toAppKeyScope = (scopes: string) => (scopes === APP_KEY_SCOPES['readonly'] ? 'readonly' : 'full');

@Handlers()
export class ApiKeyHandlers {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly create: CreateApiKey,
    private readonly revoke: RevokeApiKey,
  ) {}

  @Handle(auth.createApiKey)
  createApiKey(ctx: Ctx, { name, scopes }: CreateApiKeyInput) {
    return this.create.run(ctx, { name, scopes: parseScopes(scopes).join(',') });
  }

  @Handle(auth.listApiKeys)
  listApiKeys(ctx: Ctx) {
    return this.keys.list(ctx);
  }

  @Handle(auth.revokeApiKey)
  async revokeApiKey(ctx: Ctx, { key_id }: ApiKeyRef) {
    await this.revoke.run(ctx, key_id);
    return { message: 'The API key was revoked.' };
  }

  @Handle(auth.createAppKey)
  async createAppKey(ctx: Ctx, { app_id, scope }: CreateAppKey) {
    const { id, key, key_prefix, created_at } = await this.create.run(ctx, { name: app_id, scopes: APP_KEY_SCOPES[scope]!, app_id });
    return { key_id: id, api_key: key, prefix: key_prefix, scope, created_at, warning: 'Save the key now: it is not shown again.' };
  }

  @Handle(auth.listAppKeys)
  async listAppKeys(ctx: Ctx, { app_id }: AppRef) {
    const rows = await this.keys.list(ctx, app_id);
    const keys = rows.map(({ id, key_prefix, scopes, ...key }) => ({
      key_id: id,
      prefix: key_prefix,
      scope: toAppKeyScope(scopes),
      ...key,
    }));
    return { keys, total: keys.length };
  }

  @Handle(auth.revokeAppKey)
  async revokeAppKey(ctx: Ctx, { app_id, key_id }: AppKeyRef) {
    await this.revoke.run(ctx, key_id, app_id);
    return { key_id, status: 'revoked' };
  }

  @Handle(auth.verifyApiKey)
  async verifyApiKey(_: Ctx, { key }: ApiKeySecret) {
    const holder = await this.findHolder(key);
    if (!holder) throw InvalidCredentials(INVALID);
    return { ...holder, scopes: intersectScopes(holder.key_scopes.split(','), holder.scopes) };
  }

  @Handle(auth.validateApiKey)
  async validateApiKey(_: Ctx, { api_key }: ValidateApiKey): Promise<ApiKeyValidity> {
    const holder = await this.findHolder(api_key);
    if (!holder) return { valid: false, error: INVALID };
    const { app_id, key_scopes, tenant_id, user_id: owner_id } = holder;
    return { valid: true, app_id, scope: app_id === null ? key_scopes : toAppKeyScope(key_scopes), tenant_id, owner_id };
  }

  private async findHolder(key: string) {
    return KEY_PATTERN.test(key) ? this.keys.findHolderAndRecordUse(sha256(key)) : undefined;
  }
}
