import { type ChannelActivity, channels } from '@skep/contracts/channels';
import { Bus } from '@skep/platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

type Listener = (activity: ChannelActivity) => void;
interface Person {
  tenant: string;
  user: string;
}

/** What happens to people on their channels, for those of them who are connected to this gateway. */
@Injectable()
export class Activities implements OnApplicationBootstrap {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly all = new Set<Listener>();

  constructor(private readonly bus: Bus) {}

  onApplicationBootstrap(): void {
    this.bus.subscribe(channels.channelActivity, (activity) => {
      const own = this.listeners.get(keyOf({ tenant: activity.tenant_id, user: activity.user_id }));
      for (const listener of [...(own ?? []), ...this.all]) listener(activity);
    });
  }

  /** Calls back with what happens to a person from now on. @returns a function that ends this */
  follow(person: Person, listener: Listener): () => void {
    const key = keyOf(person);
    const own = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, own.add(listener));
    return () => {
      own.delete(listener);
      if (!own.size) this.listeners.delete(key);
    };
  }

  /** Calls back with what happens to all users. */
  followAll(listener: Listener): void {
    this.all.add(listener);
  }
}

const keyOf = ({ tenant, user }: Person): string => JSON.stringify([tenant, user]);
