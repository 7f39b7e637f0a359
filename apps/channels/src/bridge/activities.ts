import { type Activity, channels } from '@skep/contracts/channels';
import { Bus, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { BridgeEntity } from './bridge.entity.js';
import { toState } from './describe-bridge.js';

type Owned = Pick<BridgeEntity, 'tenant_id' | 'user_id'>;

/** Shows people's open streams what happens, after the commit. What is lost can be read. */
@Injectable()
export class Activities {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
  ) {}

  show({ tenant_id, user_id }: Owned, type: Activity, data: object): void {
    this.db.afterCommit(() => this.bus.broadcast(channels.channelActivity, { tenant_id, user_id, type, data }));
  }

  showState(bridge: BridgeEntity): void {
    this.show(bridge, 'channel_status', toState(bridge.channel, bridge));
  }
}
