import { connections, type HealthConnected, type HealthDisconnected, type HealthReceived } from '@skep/contracts/connections';
import { type Ctx, Handlers, OnEvent, Runs } from '@skep/platform';
import { RECEIVE, SYNC } from './health-runs.js';
import { SourcesRepository } from './sources.repository.js';
import { VENDORS } from './vendors/index.js';

const ORDER_AFTER_MS = 5_000;

/** Follows which health providers people have connected, and what arrives from them. What has arrived stays when they disconnect one. */
@Handlers()
export class HealthEventsHandlers {
  constructor(
    private readonly sources: SourcesRepository,
    private readonly runs: Runs,
  ) {}

  /** Terra sends the past by itself. */
  @OnEvent(connections.healthConnected)
  async healthConnected(ctx: Ctx, { tenant_id: tenant, user_id: user, provider, connection_id }: HealthConnected): Promise<void> {
    const owner = { ...ctx, tenant, user };
    const before = await this.sources.find(owner, provider);
    if (before?.run_id) await this.runs.cancel(before.run_id);
    const isRead = Object.hasOwn(VENDORS, provider);
    const at = new Date(Date.now() + (VENDORS[provider]?.isOrdered ? ORDER_AFTER_MS : 0));
    const run = isRead ? await this.runs.start(SYNC, owner, { provider }, { at }) : undefined;
    await this.sources.connect(owner, { provider, connection_id, run_id: run?.id ?? null, state: isRead ? 'filling' : 'filled' });
  }

  @OnEvent(connections.healthDisconnected)
  async healthDisconnected(_: Ctx, { tenant_id: tenant, user_id: user, provider, connection_id }: HealthDisconnected): Promise<void> {
    const run_id = await this.sources.disconnect({ tenant, user }, provider, connection_id);
    if (run_id !== undefined) await this.runs.cancel(run_id);
  }

  @OnEvent(connections.healthReceived)
  async healthReceived(ctx: Ctx, { tenant_id: tenant, user_id: user, delivery_id }: HealthReceived): Promise<void> {
    await this.runs.start(RECEIVE, { ...ctx, tenant, user }, { delivery_id }, { key: delivery_id });
  }
}
