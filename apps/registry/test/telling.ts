import type { Event } from '@skep/contracts';
import { type Bus, type Ctx, dataSourceOf, openDatabase, openLog, Outbox, readConfig, ServiceConfig } from '@skep/platform';
import type { Infrastructure } from '@skep/testkit';

/** Another service, as far as this one can see it: an outbox that tells events. */
export interface Telling {
  tell<P extends object>(event: Event<P>, ctx: Ctx, payload: P): Promise<void>;
  close(): Promise<void>;
}

export async function telling(infra: Infrastructure, bus: Bus): Promise<Telling> {
  const log = openLog('telling', 'fatal');
  const db = await openDatabase(dataSourceOf('telling', readConfig(ServiceConfig, await infra.env('telling')), [], []), log);
  const outbox = new Outbox(db, bus.connection, log);
  outbox.start();
  return {
    tell: (event, ctx, payload) => db.transaction(() => outbox.add(event, ctx, payload)),
    close: async () => {
      await outbox.stop();
      await db.source.destroy();
    },
  };
}
