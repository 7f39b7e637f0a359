import { auth, ApiKeyNotFound } from '@skep/contracts/auth';
import { Bus, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { ApiKeyRepository } from './api-key.repository.js';

/** Revokes an API key of the caller; with `app_id` only if the key is limited to that app. Idempotent. */
@Injectable()
export class RevokeApiKey {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly keys: ApiKeyRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws Problem `key_not_found` */
  async run(ctx: Ctx, id: string, app_id?: string): Promise<void> {
    await this.db.transaction(async () => {
      const revoked = await this.keys.revoke(ctx, id, app_id);
      if (!revoked) throw ApiKeyNotFound();
      if (revoked.newly_revoked)
        await this.audit.record(ctx, { action: 'api_key.revoked', target_type: 'api_key', target_id: id, subject_id: ctx.user });
    });
    // Without the broadcast, gateways would notice two seconds later.
    this.bus.broadcast(auth.apiKeyRevoked, {});
  }
}
