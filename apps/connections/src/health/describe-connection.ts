import type { HealthProvider } from '@skep/contracts/connections';
import type { HealthConnectionEntity } from './health-connection.entity.js';
import { isOfTerra, isOfTerraSdk, terraNameOf } from './terra-client.js';
import { type VendorId, vendorOf } from './vendors.js';

/** A provider as its person sees it. */
export function describeConnection({ provider, ...connection }: HealthConnectionEntity): HealthProvider {
  const { status, scopes, error, connected_at, last_sync_at } = connection;
  return {
    id: provider,
    name: isOfTerra(provider) ? terraNameOf(provider) : vendorOf(provider as VendorId).name,
    kind: isOfTerra(provider) ? (isOfTerraSdk(provider) ? 'sdk' : 'terra') : 'oauth',
    ...{ status, scopes, connected_at },
    ...(last_sync_at && { last_sync_at }),
    ...(error !== null && { error }),
  };
}

/** A provider that its person has not connected. */
export const describeUnconnected = (id: VendorId, isConfigured: boolean): HealthProvider => ({
  ...{ id, name: vendorOf(id).name, kind: 'oauth' },
  status: isConfigured ? 'disconnected' : 'not_configured',
});
