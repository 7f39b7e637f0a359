import { type ApiKey, auth, Conflict, type CreateKey, Forbidden, InvalidCredentials, KeyNotFound, type KeyRef } from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { alphanumeric, sha256 } from '../secrets/opaque.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { intersection, parseScopes } from './scopes.js';

const FORM = /^imp_live_[A-Za-z0-9]{32}$/;
const PREFIX_CHARACTERS = 'imp_live_'.length + 6;

@Handlers()
export class ApiKeyHandlers {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeyRepository,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.createKey)
  async createKey(ctx: Ctx, { name, scopes }: CreateKey) {
    // A narrow key could make itself a wide one, and a service that acts for somebody would keep their power beyond the act.
    if (ctx.actor !== 'user') throw Forbidden('Only a person who is signed in can make API keys.');
    const key = `imp_live_${alphanumeric(32)}`;
    const id = `key_${alphanumeric(20, 'lower')}`;
    const key_prefix = key.slice(0, PREFIX_CHARACTERS);
    const made = { id, hash: sha256(key), key_prefix, name, scopes: parseScopes(scopes).join(',') };
    return this.db.transaction(async () => {
      const added = await this.keys.add(ctx, made);
      if (!added) throw Conflict('You have as many API keys as one may have. Revoke one first.');
      await this.record(ctx, 'api_key.created', id, { key_prefix, name, scopes: made.scopes });
      return { ...added, key };
    });
  }

  @Handle(auth.listKeys)
  listKeys(ctx: Ctx) {
    return this.keys.list(ctx);
  }

  @Handle(auth.revokeKey)
  async revokeKey(ctx: Ctx, { key_id }: KeyRef) {
    await this.db.transaction(async () => {
      const revoked = await this.keys.revoke(ctx, key_id);
      if (!revoked) throw KeyNotFound();
      if (revoked.just_now) await this.record(ctx, 'api_key.revoked', key_id);
    });
    return { message: 'The key is revoked.' };
  }

  @Handle(auth.verifyKey)
  async verifyKey(_: Ctx, { key }: ApiKey) {
    const holder = FORM.test(key) ? await this.keys.holder(sha256(key)) : undefined;
    if (!holder) throw InvalidCredentials('This API key is not valid.');
    return { ...holder, scopes: intersection(holder.key_scopes.split(','), holder.scopes) };
  }

  private record(ctx: Ctx, action: string, id: string, metadata?: object): Promise<void> {
    return this.audit.record(ctx, { action, target_type: 'api_key', target_id: id, subject_id: ctx.user, metadata });
  }
}
