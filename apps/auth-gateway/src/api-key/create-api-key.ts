import { Conflict, Forbidden } from '@skep/contracts';
import type { CreatedApiKey } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { randomAlphanumeric, sha256 } from '../secrets/opaque-tokens.js';
import { ApiKeyRepository, type NewApiKey } from './api-key.repository.js';

const PREFIX_CHARACTERS = 'imp_live_'.length + 6;

/** Creates an API key. The response is the only place where the key itself appears. */
@Injectable()
export class CreateApiKey {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeyRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `forbidden` if the caller is not a signed-in user; `conflict` if they have too many keys */
  async run(ctx: Ctx, { name, scopes, app_id }: NewApiKey): Promise<CreatedApiKey> {
    // Otherwise an API key could create one with more scopes, and a service could keep the rights of an acting user.
    if (ctx.actor !== 'user') throw Forbidden('Only a signed-in user can create API keys.');
    const key = `imp_live_${randomAlphanumeric(32)}`;
    const id = `key_${randomAlphanumeric(20, 'lower')}`;
    const key_prefix = key.slice(0, PREFIX_CHARACTERS);
    return this.db.transaction(async () => {
      const added = await this.keys.add(ctx, { id, hash: sha256(key), key_prefix, name, scopes, app_id });
      if (!added) throw Conflict('You have the maximum number of API keys. Revoke one first.');
      const target = { target_type: 'api_key', target_id: id, subject_id: ctx.user };
      await this.audit.record(ctx, { action: 'api_key.created', ...target, metadata: { key_prefix, scopes, app_id } });
      return { ...added, key };
    });
  }
}
