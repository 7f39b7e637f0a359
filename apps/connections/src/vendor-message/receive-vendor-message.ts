import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { HealthDeliveries } from '../delivery/health-deliveries.js';
import { HealthConnectionRepository } from '../health/health-connection.repository.js';
import type { VendorId } from '../health/vendors.js';
import type { AboutAccount } from './vendor-message.js';

/** Takes what a health provider says about accounts: data, and what has become of its consent. */
@Injectable()
export class ReceiveVendorMessage {
  constructor(
    private readonly db: Database,
    private readonly health: HealthConnectionRepository,
    private readonly deliveries: HealthDeliveries,
  ) {}

  /** All of a message or nothing. What is about accounts that no one has connected here is left out. */
  async run(ctx: Ctx, provider: VendorId, message: readonly AboutAccount[]): Promise<void> {
    // Across tenants, because a provider does not say whose an account is.
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        // In one order, so that messages about the same accounts do not wait for each other in a circle.
        for (const about of message.toSorted((a, b) => a.account.localeCompare(b.account))) await this.apply(ctx, provider, about);
      }),
    );
  }

  private async apply(ctx: Ctx, provider: VendorId, about: AboutAccount): Promise<void> {
    const connection = await this.health.findAccount(provider, about.account);
    if (!connection) return;
    switch (about.kind) {
      case 'disconnected':
        return this.health.forget(ctx, connection);
      case 'permitted':
        return this.health.change(connection, { scopes: about.scopes });
      case 'data': {
        // These providers give their messages no id.
        const id = createHash('sha256')
          .update(JSON.stringify([connection.id, about.type, about.payload]))
          .digest('base64url');
        return this.deliveries.add([{ ctx, id, connection, type: about.type, payload: about.payload }]);
      }
    }
  }
}
