import { isRefusal } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import type { TerraWebhook } from '@skep/contracts/connections';
import { Bus, type Ctx, Database, LOG, type Log, newCtx, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ConnectionsConfig } from '../connections.config.js';
import type { HealthConnectionEntity } from '../health/health-connection.entity.js';
import { HealthConnectionRepository, type HealthOwner } from '../health/health-connection.repository.js';
import { readTerraEvent, type TerraEvent, type TerraUser } from './terra-event.js';
import { KeepTerraData } from './keep-terra-data.js';
import { TerraSignature } from './terra-signature.js';

const TAKE = statement('insert into terra_webhook (trace_id) values (:trace_id) on conflict do nothing returning trace_id', {
  trace_id: 'text',
});
/** Terra keeps the tokens. */
const NO_TOKENS = JSON.stringify({ access_token: '' });

/** Takes what Terra tells: who has connected what, and data. */
@Injectable()
export class ReceiveTerra {
  constructor(
    private readonly config: ConnectionsConfig,
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly data: KeepTerraData,
    private readonly signature: TerraSignature,
    private readonly health: HealthConnectionRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `not_configured`, `unauthenticated`, `bad_request` */
  async run(ctx: Ctx, { signature, x_signature, trace_id, body: base64 }: TerraWebhook): Promise<void> {
    const body = Buffer.from(base64, 'base64');
    this.signature.verify([signature, x_signature], body);
    const text = body.toString();
    const event = readTerraEvent(text);
    const id = trace_id || createHash('sha256').update(body).digest('base64url');
    if (event.kind === 'data') return this.data.keep({ ctx, trace_id: id, user: event.user, type: event.type, payload: text });
    const newcomer = event.kind === 'connected' || event.kind === 'replaced' ? await this.findPerson(ctx, event.user) : undefined;
    // Across tenants, because Terra does not say whose a person is.
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        if (await this.db.row(TAKE, { trace_id: id })) await this.apply(ctx, event, newcomer);
      }),
    );
  }

  /** Undefined for people who are not known here. */
  private async findPerson({ request, trace }: Ctx, { reference_id: user_id }: TerraUser): Promise<HealthOwner | undefined> {
    if (user_id === undefined) return undefined;
    const ctx = newCtx({ actor: 'service:connections', request, trace });
    const found = await this.bus.call(auth.getTenantOfUser, ctx, { user_id }).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return undefined;
    });
    return found && { ...found, user_id };
  }

  private async apply(ctx: Ctx, event: Exclude<TerraEvent, { kind: 'data' }>, newcomer: HealthOwner | undefined): Promise<void> {
    if (event.kind === 'other') return;
    const { user } = event;
    const found = await this.health.findAccount(user.provider, user.id);
    switch (event.kind) {
      case 'connected':
        return this.connect(ctx, user, found, newcomer);
      case 'replaced': {
        const before = await this.health.findAccount(event.before.provider, event.before.id);
        if (!before) return this.connect(ctx, user, found, newcomer);
        if (found) return this.health.forget(ctx, before);
        return this.health.change(before, { ...working(user), vendor_user_id: user.id, provider: user.provider });
      }
    }
    if (!found) return;
    switch (event.kind) {
      case 'disconnected':
        return this.health.forget(ctx, found);
      case 'failed':
        return this.health.change(found, { status: 'error', error: 'connection_error' });
      case 'permitted': {
        const kept = found.scopes.filter((scope) => !event.removed.includes(scope));
        return this.health.change(found, { scopes: [...new Set([...kept, ...event.added])] });
      }
    }
  }

  private async connect(
    ctx: Ctx,
    user: TerraUser,
    found: HealthConnectionEntity | undefined,
    newcomer: HealthOwner | undefined,
  ): Promise<void> {
    if (!newcomer) return;
    if (found && (found.tenant_id !== newcomer.tenant_id || found.user_id !== newcomer.user_id))
      return this.log.warn({ provider: user.provider }, 'Terra connects an account that another person has connected: it stays theirs');
    if (found) return this.health.change(found, working(user));
    await this.health.save(ctx, {
      ...newcomer,
      ...{ provider: user.provider, client_id: this.config.TERRA_DEV_ID, vendor_user_id: user.id },
      ...{ scopes: user.scopes ?? [], tokens: NO_TOKENS, expires_at: null },
    });
  }
}

const working = ({ scopes }: TerraUser) => ({ status: 'connected' as const, error: null, ...(scopes && { scopes }) });
