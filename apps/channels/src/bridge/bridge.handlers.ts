import { type BridgeChanged, type BridgeRef, channels, type SetUpBridge } from '@skep/contracts/channels';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Activities } from './activities.js';
import { Adapters } from './adapters.js';
import { BridgeRepository } from './bridge.repository.js';
import { isHealthy, toBridge, toListed, toState } from './describe-bridge.js';
import { BridgeSetUp } from './set-up-bridge.js';

@Handlers()
export class BridgeHandlers {
  constructor(
    private readonly db: Database,
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
    private readonly setUp: BridgeSetUp,
    private readonly activities: Activities,
  ) {}

  /** The gateway streams what `Activities` shows. */
  @Handle(channels.followChannels)
  followChannels() {
    return {};
  }

  @Handle(channels.setUpBridge)
  async setUpBridge(ctx: Ctx, input: SetUpBridge) {
    const bridge = await this.setUp.run(ctx, input);
    this.activities.showState(bridge);
    return toBridge(this.adapters.get(bridge.channel), bridge);
  }

  @Handle(channels.getBridge)
  async getBridge(ctx: Ctx, { channel }: BridgeRef) {
    const bridge = await this.bridges.get(ctx, channel);
    return toBridge(this.adapters.get(bridge.channel), bridge);
  }

  @Handle(channels.deleteBridge)
  async deleteBridge(ctx: Ctx, { channel }: BridgeRef): Promise<BridgeChanged> {
    await this.bridges.delete(await this.bridges.get(ctx, channel));
    return { status: 'deleted', channel };
  }

  @Handle(channels.listBridges)
  async listBridges(ctx: Ctx) {
    const mine = new Map((await this.bridges.list(ctx)).map((bridge) => [bridge.channel, bridge]));
    const all = this.adapters.list();
    return {
      channels: all.map((adapter) => toListed(adapter, mine.get(adapter.name))),
      status: Object.fromEntries(all.map(({ name }) => [name, toState(name, mine.get(name))])),
    };
  }

  @Handle(channels.getBridgeHealth)
  async getBridgeHealth(ctx: Ctx, { channel }: BridgeRef) {
    const bridge = await this.bridges.find(ctx, channel);
    if (!bridge) return { channel, healthy: false, error: this.adapters.find(channel) ? 'Channel not set up' : 'Channel not found' };
    return { channel, healthy: isHealthy(bridge), error: bridge.last_error ?? (bridge.running ? null : 'Channel stopped') };
  }

  @Handle(channels.startBridge)
  startBridge(ctx: Ctx, { channel }: BridgeRef): Promise<BridgeChanged> {
    return this.change(ctx, channel, 'started');
  }

  @Handle(channels.stopBridge)
  stopBridge(ctx: Ctx, { channel }: BridgeRef): Promise<BridgeChanged> {
    return this.change(ctx, channel, 'stopped');
  }

  private change(ctx: Ctx, channel: string, status: 'started' | 'stopped'): Promise<BridgeChanged> {
    return this.db.transaction(async () => {
      const bridge = await this.bridges.get(ctx, channel);
      // What runs continues, with the same listener.
      if (status === 'started' && !isHealthy(bridge)) await this.bridges.start(bridge);
      if (status === 'stopped') await this.bridges.stop(bridge);
      this.activities.showState(await this.bridges.get(ctx, channel));
      return { status, channel };
    });
  }
}
