import type { Bridge, BridgeState, ListedBridge } from '@skep/contracts/channels';
import type { Adapter } from './adapter.js';
import type { BridgeEntity } from './bridge.entity.js';
import { credentialsOf } from './bridge.repository.js';

export const isHealthy = ({ running, last_error }: BridgeEntity): boolean => running && last_error === null;

/** What its person sees of a bridge. */
export const toBridge = (adapter: Adapter, bridge: BridgeEntity): Bridge => ({
  ...bridge,
  ...{ display_name: adapter.display_name, healthy: isHealthy(bridge), credentials: Object.keys(credentialsOf(bridge)) },
  receive_url: pathOf(adapter, bridge),
});

/** Where messages come, if they come by requests: of the network, or of the pages that embed a widget. */
function pathOf({ name, read }: Adapter, { slug }: BridgeEntity): string | null {
  if (name === 'web') return `/api/channels/web/${slug}`;
  return read ? `/api/channels/receive/${slug}` : null;
}

/** A channel, whether its person has set it up or not. */
export const toListed = ({ name, display_name }: Adapter, bridge?: BridgeEntity): ListedBridge => ({
  ...{ name, display_name, configured: bridge !== undefined },
  ...{ enabled: bridge?.enabled ?? false, running: bridge?.running ?? false, healthy: bridge !== undefined && isHealthy(bridge) },
  message_count: (bridge?.message_count_in ?? 0) + (bridge?.message_count_out ?? 0),
});

export const toState = (channel: string, bridge?: BridgeEntity): BridgeState => ({
  ...{ channel, configured: bridge !== undefined, healthy: bridge !== undefined && isHealthy(bridge), running: bridge?.running ?? false },
  ...{ last_start: bridge?.last_start ?? null, last_stop: bridge?.last_stop ?? null, last_error: bridge?.last_error ?? null },
  ...{ last_inbound: bridge?.last_inbound ?? null, last_outbound: bridge?.last_outbound ?? null },
  ...{ message_count_in: bridge?.message_count_in ?? 0, message_count_out: bridge?.message_count_out ?? 0 },
});
