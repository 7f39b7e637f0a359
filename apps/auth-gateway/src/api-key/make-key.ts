import { Conflict, Forbidden, type CreatedApiKey } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { alphanumeric, sha256 } from '../secrets/opaque.js';
import { ApiKeyRepository } from './api-key.repository.js';

const PREFIX_CHARACTERS = 'imp_live_'.length + 6;

/** What somebody wants: a name to know the key by, scopes separated by commas, and for which app alone. */
export interface WantedKey {
  name: string;
  scopes: string;
  app_id?: string;
}

/** Makes an API key, which is shown this once. */
@Injectable()
export class MakeKey {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeyRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `forbidden` to whoever is not there in person; `conflict` when there are too many keys */
  async run(ctx: Ctx, { name, scopes, app_id }: WantedKey): Promise<CreatedApiKey> {
    // A narrow key could make itself a wide one, and a service that acts for somebody would keep their power beyond the act.
    if (ctx.actor !== 'user') throw Forbidden('Only a person who is signed in can make API keys.');
    const key = `imp_live_${alphanumeric(32)}`;
    const id = `key_${alphanumeric(20, 'lower')}`;
    const key_prefix = key.slice(0, PREFIX_CHARACTERS);
    return this.db.transaction(async () => {
      const added = await this.keys.add(ctx, { id, hash: sha256(key), key_prefix, name, scopes, app_id });
      if (!added) throw Conflict('You have as many API keys as one may have. Revoke one first.');
      const about = { target_type: 'api_key', target_id: id, subject_id: ctx.user };
      await this.audit.record(ctx, { action: 'api_key.created', ...about, metadata: { key_prefix, scopes, app_id } });
      return { ...added, key };
    });
  }
}
