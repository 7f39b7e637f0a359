import {
  type ApiKeySecret,
  type AppKeyRef,
  type AppRef,
  auth,
  type CreateAppKey,
  type CreateApiKey,
  InvalidCredentials,
  type ApiKeyRef,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { intersection, parseScopes } from '../scope/scopes.js';
import { sha256 } from '../secrets/opaque.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { EndKey } from './end-key.js';
import { MakeKey } from './make-key.js';

const FORM = /^imp_live_[A-Za-z0-9]{32}$/;

/** What the keys of an app may do, in scopes. */
const OF_APP_KEYS: Record<string, string> = { full: 'developer:apps:*', readonly: 'developer:apps:read' };
const scopeOf = (scopes: string) => (scopes === OF_APP_KEYS['readonly'] ? 'readonly' : 'full');

@Handlers()
export class ApiKeyHandlers {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly make: MakeKey,
    private readonly end: EndKey,
  ) {}

  @Handle(auth.createApiKey)
  createKey(ctx: Ctx, { name, scopes }: CreateApiKey) {
    return this.make.run(ctx, { name, scopes: parseScopes(scopes).join(',') });
  }

  @Handle(auth.listApiKeys)
  listKeys(ctx: Ctx) {
    return this.keys.list(ctx);
  }

  @Handle(auth.revokeApiKey)
  async revokeKey(ctx: Ctx, { key_id }: ApiKeyRef) {
    await this.end.run(ctx, key_id);
    return { message: 'The key is revoked.' };
  }

  @Handle(auth.createAppKey)
  async makeAppKey(ctx: Ctx, { app_id, scope }: CreateAppKey) {
    const { id, key, key_prefix, created_at } = await this.make.run(ctx, { name: app_id, scopes: OF_APP_KEYS[scope]!, app_id });
    return { key_id: id, api_key: key, prefix: key_prefix, scope, created_at, warning: 'Keep the key now: it is not shown again.' };
  }

  @Handle(auth.listAppKeys)
  async keysOfApp(ctx: Ctx, { app_id }: AppRef) {
    const rows = (await this.keys.list(ctx)).filter((key) => key.app_id === app_id);
    const keys = rows.map(({ id, key_prefix, scopes, ...key }) => ({ key_id: id, prefix: key_prefix, scope: scopeOf(scopes), ...key }));
    return { keys, total: keys.length };
  }

  @Handle(auth.revokeAppKey)
  async endAppKey(ctx: Ctx, { app_id, key_id }: AppKeyRef) {
    await this.end.run(ctx, key_id, app_id);
    return { key_id, status: 'revoked' };
  }

  @Handle(auth.verifyApiKey)
  async verifyKey(_: Ctx, { key }: ApiKeySecret) {
    const holder = FORM.test(key) ? await this.keys.holder(sha256(key)) : undefined;
    if (!holder) throw InvalidCredentials('This API key is not valid.');
    return { ...holder, scopes: intersection(holder.key_scopes.split(','), holder.scopes) };
  }
}
