import { Unavailable } from '@skep/contracts';
import type { UserRef } from '@skep/contracts/auth';
import {
  type ConnectHealth as ConnectInput,
  connections,
  type HealthCallback,
  type HealthProvider,
  type HealthProviderRef,
  type HealthSynced,
  type NativeHealthCallback,
  type RenewHealthToken,
} from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { ConnectHealth } from './connect-health.js';
import { describeConnection, describeUnconnected } from './describe-connection.js';
import { HealthConnectionRepository } from './health-connection.repository.js';
import { HealthTokens } from './health-tokens.js';
import { isOfTerra } from './terra-client.js';
import { VendorClients } from './vendor-clients.js';
import { vendorIds } from './vendors.js';

const POLL_MS = 100;
/** The answer leaves this long before the caller stops waiting for it. */
const MARGIN_MS = 300;

@Handlers()
export class HealthHandlers {
  constructor(
    private readonly vendors: VendorClients,
    private readonly connect: ConnectHealth,
    private readonly connected: HealthConnectionRepository,
    private readonly tokens: HealthTokens,
    private readonly revocations: RevocationRepository,
  ) {}

  @Handle(connections.listHealthProviders)
  async listHealthProviders(ctx: Ctx) {
    const found = new Map((await this.connected.list(ownerOf(ctx))).map((each) => [each.provider, describeConnection(each)]));
    const ours = vendorIds.map((id) => found.get(id) ?? describeUnconnected(id, this.vendors.isConfigured(id)));
    return { providers: [...ours, ...[...found.values()].filter(({ id }) => isOfTerra(id))] };
  }

  @Handle(connections.getHealthProvider)
  async getHealthProvider(ctx: Ctx, { provider }: HealthProviderRef): Promise<HealthProvider> {
    const found = await this.connected.find(ownerOf(ctx), provider);
    if (found) return describeConnection(found);
    const id = this.vendors.idOf(provider);
    return describeUnconnected(id, this.vendors.isConfigured(id));
  }

  @Handle(connections.connectHealth)
  connectHealth(ctx: Ctx, input: ConnectInput) {
    return this.connect.start(ctx, input);
  }

  @Handle(connections.finishHealthConnection)
  finishHealthConnection(ctx: Ctx, input: HealthCallback) {
    return this.connect.finish(ctx, input);
  }

  @Handle(connections.finishHealthConnectionInApp)
  async finishHealthConnectionInApp(ctx: Ctx, input: NativeHealthCallback) {
    await this.connect.finishInApp(ctx, input);
    return this.getHealthProvider(ctx, input);
  }

  @Handle(connections.disconnectHealth)
  async disconnectHealth(ctx: Ctx, { provider }: HealthProviderRef) {
    if (!isOfTerra(provider)) this.vendors.idOf(provider);
    await this.connected.disconnect(ctx, ownerOf(ctx), provider);
    return {};
  }

  @Handle(connections.healthToken)
  healthToken(ctx: Ctx, { provider }: HealthProviderRef) {
    return this.tokens.find(ctx, provider);
  }

  @Handle(connections.renewHealthToken)
  renewHealthToken(ctx: Ctx, { provider, stale_token }: RenewHealthToken) {
    return this.tokens.find(ctx, provider, stale_token);
  }

  @Handle(connections.noteHealthSync)
  async noteHealthSync(ctx: Ctx, { provider, error }: HealthSynced) {
    await this.connected.noteSync(ownerOf(ctx), provider, error);
    return {};
  }

  /** Runs revoke, and continue if this gives up: the caller asks again until none is left. */
  @Handle(connections.revokeHealthAccounts)
  async revokeHealthAccounts(ctx: Ctx, owner: UserRef) {
    await this.connected.disconnect(ctx, owner);
    while (await this.revocations.isPending(owner)) {
      if (Date.now() > ctx.deadline - MARGIN_MS) throw Unavailable('A health provider has not answered yet. Ask again.', 2);
      await sleep(POLL_MS);
    }
    return {};
  }
}

const ownerOf = ({ tenant, user }: Ctx) => ({ tenant_id: tenant, user_id: user });
