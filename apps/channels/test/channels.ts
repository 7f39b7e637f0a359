import { auth } from '@skep/contracts/auth';
import { channels, type Notify } from '@skep/contracts/channels';
import { kernel, type NotificationSettings } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { asService, asUser, releaseApp, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

/** An event of a user's stream. */
export interface Heard {
  type: string;
  payload: Record<string, unknown>;
}

export interface ChannelsHarness extends ServiceHarness {
  ada: Ctx;
  bob: Ctx;
  /** In another tenant. */
  zoe: Ctx;
  /** Publishes an app, approved, and installs it for people. */
  release(app_id: string, ...people: Ctx[]): Promise<void>;
  /** Notifies a user as a service, in their tenant, and returns the id of the notification. */
  notify(to: Ctx, more?: Partial<Notify>, as?: Ctx): Promise<string>;
  /** Chooses the channels of a user. */
  choose(user: Ctx, notifications: NotificationSettings): Promise<void>;
  /** What the feed has for a user, oldest first. */
  heard(user: Ctx): Promise<Heard[]>;
  /** Waits until no delivery is in progress, 15 seconds by default. */
  settle(timeoutMs?: number): Promise<void>;
}

const dev = asUser('dev');

/** The operator: an administrator with all scopes. */
const platform = asUser('root', { role: 'admin', scopes: ['*'] });

export interface Options {
  env?: Record<string, string>;
  /** Without it, the test starts the services as processes, and kills them. */
  started?: boolean;
}

/** The services that channels calls run beside. */
export async function openChannels({ env = {}, started = true }: Options = {}): Promise<ChannelsHarness> {
  const beside = ['registry', 'auth-gateway', ...(started ? ['kernel'] : [])];
  const harness = await startService('channels', started ? start : undefined, { env, beside });
  const db_config = { host: 'db.example.com', port: 3306, database: 'other', username: 'other', password: 'a-database-password' };
  await harness.call(auth.createTenant, platform, { tenant_id: 'other', name: 'Other', db_config } as never);
  const join = async (name: string, tenant_id = 'default'): Promise<Ctx> => {
    const email = `${name}@example.com`;
    await harness.call(auth.register, asService('test'), { email, password: 'correct horse battery', tenant_id });
    const [row] = await harness.infra.query('auth-gateway', 'select id from account where email = $1', [email]);
    return asUser(name, { tenant: tenant_id, user: String(row?.['id']) });
  };
  return {
    ...harness,
    ada: await join('ada'),
    bob: await join('bob'),
    zoe: await join('zoe', 'other'),
    release: (app_id, ...people) => releaseApp(harness, dev, { app_id }, people),
    notify: async (to, more = {}, as = asService('test')) => {
      const input = { user_id: to.user, tenant_id: to.tenant, message: 'Your report is ready.', priority: 'normal' as const };
      return (await harness.call(channels.notify, as, { ...input, channel: 'default', extension_id: '', ...more })).notification_id;
    },
    choose: async (user, notifications) => void (await harness.call(kernel.updateMySettings, user, { notifications })),
    heard: async ({ tenant, user }) =>
      (await harness.infra.query(
        'kernel',
        // An install, which is part of what the tests set up, may be an event late.
        `select type, payload from feed_event where tenant_id = $1 and (user_id = $2 or user_id is null) and type not like 'marketplace.%' order by id`,
        [tenant, user],
      )) as unknown as Heard[],
    settle: async (timeoutMs) => {
      const ongoing = () => harness.query('select from run where ended_at is null');
      await waitUntil('the deliveries', async () => !(await ongoing()).length, timeoutMs);
    },
  };
}
