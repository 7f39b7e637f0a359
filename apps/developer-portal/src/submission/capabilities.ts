import type { Capabilities } from '@skep/contracts/marketplace';
import type { Listing } from './listing.js';

/** The parts of a manifest that say what an app may do, as the manifest's schema has them. */
interface Declared {
  secrets?: { name: string; description: string; scope?: string }[] | null;
  oauth?: { provider: string; scopes?: string[] }[] | null;
  webhooks?: { path: string; method?: string }[] | null;
  schedules?: { name: string; cron: string }[];
}

/** What an app may do, from what was reviewed: its functions, its permissions, its hosts and its manifest. */
export function capabilitiesOf({
  tools_json,
  permission_ids,
  hosts,
  manifest_json,
}: Pick<Listing, 'tools_json' | 'permission_ids' | 'manifest_json'> & Partial<Pick<Listing, 'hosts'>>): Capabilities {
  const { secrets, oauth, webhooks, schedules } = manifest_json as Declared;
  const named = (isOfKind: (action_type: string | null) => boolean) =>
    tools_json.filter(({ action_type }) => isOfKind(action_type)).map(({ name }) => name);
  return {
    reads: named((type) => type === 'read'),
    writes: named((type) => type !== 'read' && type !== 'destructive'),
    destructive: named((type) => type === 'destructive'),
    models: permission_ids.some((id) => id.startsWith('ai:')),
    other_apps: permission_ids.some((id) => id.startsWith('call:')),
    ...(hosts && { hosts }),
    secrets: (secrets ?? []).map(({ name, description, scope = 'user' }) => ({ name, description, scope })),
    connections: (oauth ?? []).map(({ provider, scopes = [] }) => ({ provider, scopes })),
    webhooks: (webhooks ?? []).map(({ path, method = 'POST' }) => ({ path, method })),
    schedules: (schedules ?? []).map(({ name, cron }) => ({ name, cron })),
  };
}
