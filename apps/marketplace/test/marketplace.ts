import { type AppApproved, type BrowseApps, marketplace, portal } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { start } from '../src/main.js';
import { type Telling, telling } from './telling.js';

export interface Stage {
  infra: Infrastructure;
  bus: Bus;
  other: Telling;
  /** Tells of approved apps, and waits until the marketplace has heard. */
  approve(...apps: AppApproved[]): Promise<void>;
  /** Waits until the marketplace has taken this many events more than now, once `work` is done. */
  taking(events: number, work: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** The marketplace, somebody to ask it, and somebody who tells it events. */
export async function stage(): Promise<Stage> {
  const infra = await infrastructure();
  const service = await start(await infra.env('marketplace'));
  const bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');
  const other = await telling(infra, bus);
  const taken = async () => Number((await infra.query('marketplace', 'select count(*) as n from inbox'))[0]?.['n']);
  const taking = async (events: number, work: () => Promise<unknown>) => {
    const before = await taken();
    await work();
    await until(`${events} events`, async () => (await taken()) >= before + events);
  };
  const approve = (...apps: AppApproved[]) =>
    taking(apps.length, () => Promise.all(apps.map((app) => other.tell(portal.appApproved, person(app.developer_id), app))));
  const close = async () => {
    await other.close();
    await bus.close();
    await service.stop();
    await infra.close();
  };
  return { infra, bus, other, approve, taking, close };
}

export const person = (user: string, tenant = 'default'): Ctx => newCtx({ tenant, user, actor: 'user', deadline: Date.now() + 120_000 });
export const nobody = (): Ctx => newCtx({ deadline: Date.now() + 120_000 });

export const approval = (app_id: string, more: Partial<AppApproved> = {}): AppApproved => ({
  app_id,
  developer_id: 'imp_u_dev',
  tenant_id: 'default',
  revision: 1,
  version: '1.0.0',
  name: `App ${app_id}`,
  short_description: 'An app.',
  category: 'general',
  icon: 'https://icons.example/app.svg',
  pricing_model: 'free',
  pricing_config: null,
  tags: [],
  system: false,
  functions: [],
  approved_at: new Date(),
  ...more,
});

/** The ids of a page, and how many there are in all. */
export async function ids(bus: Bus, query: Partial<BrowseApps>, ctx = nobody()): Promise<{ ids: string[]; total: number }> {
  const { rows, total } = await bus.call(marketplace.browseApps, ctx, query as BrowseApps);
  return { ids: rows.map(({ app_id }) => app_id), total };
}
