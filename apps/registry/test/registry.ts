import { type AppApproved, portal, type PublishRelease, registry } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog, type Running } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { start } from '../src/main.js';
import { type Telling, telling } from './telling.js';

export interface Stage {
  infra: Infrastructure;
  bus: Bus;
  other: Telling;
  /** A new app of `dev`, approved and live. */
  live(app_id: string, content?: Partial<PublishRelease>, approved?: Partial<AppApproved>): Promise<string>;
  close(): Promise<void>;
}

/** The registry, somebody to ask it, and somebody who tells it events. */
export async function stage(): Promise<Stage> {
  const infra = await infrastructure();
  const service: Running = await start(await infra.env('registry'));
  const bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');
  const other = await telling(infra, bus);
  const live: Stage['live'] = async (app_id, content, approved) => {
    await bus.call(registry.publishRelease, dev, release(app_id, dev, content));
    await other.tell(portal.appApproved, dev, approval(app_id, dev, 1, approved));
    const isLive = () => infra.query('registry', 'select 1 from app where app_id = $1 and live_revision = 1', [app_id]);
    await until(`the approval of ${app_id}`, async () => (await isLive())[0]);
    return app_id;
  };
  const close = async () => {
    await other.close();
    await bus.close();
    await service.stop();
    await infra.close();
  };
  return { infra, bus, other, live, close };
}

export const person = (user: string, tenant = 'default'): Ctx => newCtx({ tenant, user, actor: 'user', deadline: Date.now() + 120_000 });
export const dev = person('imp_u_dev');

export const release = (app_id: string, developer: Ctx, more: Partial<PublishRelease> = {}): PublishRelease => ({
  app_id,
  developer_id: developer.user,
  name: `App ${app_id}`,
  description: 'Keeps links.',
  icon: 'link.svg',
  version: '1.0.0',
  manifest: { app_id, version: '1.0.0' },
  functions: [
    { name: 'save_link', description: 'Save one link.', params_schema: { type: 'object', required: ['url'] }, action_type: 'write' },
  ],
  ...more,
});

export const approval = (app_id: string, developer: Ctx, revision: number, more: Partial<AppApproved> = {}): AppApproved => ({
  app_id,
  developer_id: developer.user,
  tenant_id: developer.tenant,
  revision,
  version: '1.0.0',
  name: `App ${app_id}`,
  short_description: 'Keeps links.',
  category: 'productivity',
  icon: '',
  pricing_model: 'free',
  pricing_config: null,
  tags: [],
  system: false,
  functions: [],
  approved_at: new Date(),
  ...more,
});

/** What the caller may run of the app: its revision, or the code of the problem. */
export const runs = (bus: Bus, ctx: Ctx, app_id: string): Promise<number | string> =>
  bus.call(registry.resolveCall, ctx, { app_id }).then(
    ({ revision }) => revision,
    (error: { body: { code: string } }) => error.body.code,
  );
