import { Database, IntervalJob, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Activities } from '../bridge/activities.js';
import { Refused } from '../bridge/adapter.js';
import { Adapters } from '../bridge/adapters.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';
import { BridgeRepository, credentialsOf } from '../bridge/bridge.repository.js';
import { ListenedBridges } from './listened-bridges.js';
import { NotListening, TakeDelivery } from './take-delivery.js';

const LOOK_MS = 1_000;
/** How many bridges one process listens to, and how many it takes up at once. */
const LISTENED_MAX = 500;
const CLAIMED_MAX = 25;
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 120_000;

interface Listener {
  stop: AbortController;
  ended: Promise<void>;
}

/** Listens to the networks of bridges. Any number of processes may: one listens to each bridge, and another takes over when it dies. */
@Injectable()
export class ListenJob extends IntervalJob {
  private readonly listeners = new Map<string, Listener>();

  constructor(
    private readonly db: Database,
    private readonly adapters: Adapters,
    private readonly listened: ListenedBridges,
    private readonly bridges: BridgeRepository,
    private readonly activities: Activities,
    private readonly deliveries: TakeDelivery,
    @Inject(LOG) log: Log,
  ) {
    super(LOOK_MS, log, 'channels could not be listened to; trying again in a second');
  }

  /** Lets another process listen at once. */
  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    const held = [...this.listeners.keys()];
    const ended = [...this.listeners.values()].map((listener) => listener.ended);
    for (const { stop } of this.listeners.values()) stop.abort();
    await Promise.all(ended);
    if (held.length)
      await this.listened.release(held).catch((error: unknown) => this.log.warn({ error }, 'channels could not be handed over'));
  }

  protected async execute(): Promise<void> {
    const held = [...this.listeners.keys()];
    const renewed = held.length ? await this.listened.renew(held) : new Set<string>();
    for (const name of held) if (!renewed.has(name)) this.listeners.get(name)?.stop.abort();
    const channels = this.adapters.list().map(({ name }) => name);
    for (let n = 0; n < CLAIMED_MAX && this.listeners.size < LISTENED_MAX; n++) {
      const name = randomUUID();
      const bridge = await this.listened.claim(name, channels);
      if (!bridge) return;
      const stop = new AbortController();
      const ended = this.listen(name, bridge, stop.signal).finally(() => this.listeners.delete(name));
      this.listeners.set(name, { stop, ended });
    }
  }

  /** Never rejects. */
  private async listen(name: string, bridge: BridgeEntity, signal: AbortSignal): Promise<void> {
    const adapter = this.adapters.get(bridge.channel);
    try {
      await adapter.listen!(
        credentialsOf(bridge),
        bridge.position ?? undefined,
        (delivery, position) => this.deliveries.run(bridge, delivery, { listener: name, position }),
        signal,
      );
      if (!signal.aborted) throw new Error(`${adapter.display_name} has closed the connection.`);
    } catch (error) {
      // Its person has stopped it, or another process listens.
      if (signal.aborted || error instanceof NotListening) return;
      await this.end(name, bridge, error).catch((failure: unknown) =>
        this.log.warn({ error: failure, bridge: bridge.id }, 'a channel could not be put down; its lease runs out'),
      );
    }
  }

  private async end(name: string, bridge: BridgeEntity, error: unknown): Promise<void> {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 500).toWellFormed();
    const isFinal = error instanceof Refused && error.retryAfterMs === undefined;
    const pauseMs = Math.max(pauseAfter(bridge.failures), (error instanceof Refused && error.retryAfterMs) || 0);
    const isHeld = isFinal ? await this.listened.stop(name, reason) : await this.listened.fail(name, reason, pauseMs);
    if (!isHeld) return;
    const now = await this.db.inTenant(bridge.tenant_id, () => this.bridges.findById(bridge.id));
    if (now) this.activities.showState(now);
  }
}

/** Longer each time, and by up to half more or less, so that bridges that failed together are not tried together. */
const pauseAfter = (failures: number): number => Math.min(PAUSE_MS * 2 ** Math.min(failures, 10), PAUSE_MAX_MS) * (0.5 + Math.random());
