import { connections, type FinishedHealthConnection, type HealthProvider } from '@skep/contracts/connections';
import { type Ctx, newCtx } from '@skep/platform';
import { asService, type ServiceHarness, startService } from '@skep/testkit';
import { start } from '../src/main.js';
import { type Back, type HealthVendor, startHealthVendor, type VendorName } from './health-vendor.js';

export const HOME = 'https://coach.example/done';

export interface HealthHarness extends ServiceHarness {
  vendor: HealthVendor;
  /** Starts a connection, and agrees at the vendor. */
  agree(ctx: Ctx, provider: VendorName, as?: { user?: string; untick?: string }, more?: object): Promise<Back>;
  /** Sends the browser back from the vendor, without a credential. */
  comeBack(back: Partial<Back> & { error?: string }): Promise<FinishedHealthConnection>;
  connect(ctx: Ctx, provider: VendorName, user: string, more?: object): Promise<FinishedHealthConnection>;
  find(ctx: Ctx, provider: string): Promise<HealthProvider>;
  /** Asks for an access token, as a service for the person. */
  token(ctx: Ctx, provider: VendorName): Promise<{ access_token: string; vendor_user_id: string; scopes: string[]; connection_id: string }>;
  renew(ctx: Ctx, provider: VendorName, stale_token: string): Promise<{ access_token: string }>;
  disconnect(ctx: Ctx, provider: string): Promise<object>;
  /** The payloads of the events of a kind, oldest first. */
  told(name: string): Promise<Record<string, unknown>[]>;
}

/** Connections with four vendors. @param running false for a test that starts processes itself */
export async function openHealth(
  env: Record<string, string> = {},
  { running = true, beside = [] as string[] } = {},
): Promise<HealthHarness> {
  const vendor = await startHealthVendor();
  const all = { ...vendor.settings, SKEP_PUBLIC_URL: 'https://skep.example/', RETURN_TO_ALLOW: 'https://coach.example,myapp://', ...env };
  const harness = await startService('connections', running ? start : undefined, { env: all, beside });
  const { call } = harness;
  const forPerson = ({ tenant, user, deadline }: Ctx) => asService('coach', { tenant, user, deadline });
  const agree: HealthHarness['agree'] = async (ctx, provider, as, more) => {
    const { authorization_url } = await call(connections.connectHealth, ctx, { provider, return_to: HOME, force: false, ...more });
    return vendor.agree(authorization_url, as);
  };
  const comeBack: HealthHarness['comeBack'] = (back) =>
    call(connections.finishHealthConnection, newCtx({ deadline: Date.now() + 20_000 }), { provider: 'strava', state: '', ...back });
  return {
    ...harness,
    ...{ vendor, agree, comeBack },
    connect: async (ctx, provider, user, more) => comeBack(await agree(ctx, provider, { user }, more)),
    find: (ctx, provider) => call(connections.getHealthProvider, ctx, { provider }),
    token: (ctx, provider) => call(connections.healthToken, forPerson(ctx), { provider }),
    renew: (ctx, provider, stale_token) => call(connections.renewHealthToken, forPerson(ctx), { provider, stale_token }),
    disconnect: (ctx, provider) => call(connections.disconnectHealth, ctx, { provider }),
    told: async (name) =>
      (await harness.query(`select payload from outbox where subject = $1 order by seq`, [`event.connections.${name}`])).map(
        ({ payload }) => payload as Record<string, unknown>,
      ),
    close: async () => {
      await harness.close();
      await vendor.close();
    },
  };
}
