import { portal } from '@skep/contracts/portal';
import { type Ctx, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';

/** Takes apps out of the marketplace until their next approval. Users who installed them keep them. */
@Injectable()
export class Delisting {
  constructor(private readonly outbox: Outbox) {}

  delist(ctx: Ctx, { app_id, developer_id, tenant_id }: AppEntity): Promise<void> {
    return this.outbox.add(portal.appDelisted, ctx, { app_id, developer_id, tenant_id, delisted_at: new Date() });
  }
}
