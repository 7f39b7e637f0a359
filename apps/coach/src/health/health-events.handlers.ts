import { connections, type HealthConnected, type HealthDisconnected } from '@skep/contracts/connections';
import { type Ctx, Handlers, OnEvent, Runs } from '@skep/platform';
import { BACKFILL, laneOf } from './backfill-kind.js';
import { SourcesRepository } from './sources.repository.js';
import { VENDORS } from './vendors/index.js';

/** Follows which health providers people have connected. What has arrived stays when they disconnect one. */
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
    const isRead = Object.hasOwn(VENDORS, provider);
    const run = isRead ? await this.runs.start(BACKFILL, owner, { provider }, { lane: laneOf(user, provider) }) : undefined;
    await this.sources.connect(owner, { provider, connection_id, run_id: run?.id ?? null, state: isRead ? 'filling' : 'filled' });
  }

  @OnEvent(connections.healthDisconnected)
  async healthDisconnected(_: Ctx, { tenant_id: tenant, user_id: user, provider, connection_id }: HealthDisconnected): Promise<void> {
    const run_id = await this.sources.disconnect({ tenant, user }, provider, connection_id);
    if (run_id !== undefined) await this.runs.cancel(run_id);
  }
}
