import { connections } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { asUser, releaseApp, type ServiceHarness, startService } from '@skep/testkit';
import { start } from '../src/main.js';

export interface ConnectionsHarness extends ServiceHarness {
  /** Publishes an app of `dev` with this manifest, approved, and installs it for people. */
  release(app_id: string, manifest: object, ...people: Ctx[]): Promise<void>;
  /** Sets a secret of the app itself, as its developer. */
  setOfApp(app_id: string, name: string, value: string): Promise<void>;
}

export const dev = asUser('dev');
export const ada = asUser('ada');
export const bob = asUser('bob');
/** In another tenant. */
export const zoe = asUser('zoe', { tenant: 'other' });

/** The registry runs beside: it answers what apps declare. @param running false for a test that starts processes itself */
export async function openConnections(env: Record<string, string> = {}, { running = true } = {}): Promise<ConnectionsHarness> {
  const harness = await startService('connections', running ? start : undefined, { env, beside: ['registry'] });
  return {
    ...harness,
    release: (app_id, manifest, ...people) => releaseApp(harness, dev, { app_id, ...manifest }, people),
    setOfApp: async (app_id, name, value) => void (await harness.call(connections.setSecret, dev, { app_id, name, value })),
  };
}
