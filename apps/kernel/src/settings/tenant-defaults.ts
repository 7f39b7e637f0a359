import { read } from '@skep/contracts';
import { type Settings, UpdateSettings } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import { Bus, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** The settings for which a tenant has defaults: those of `/v1/admin/tenant-defaults`, and where notifications go. */
const NAMES = [
  ...([
    'confirmation_enabled',
    'confirmation_ttl',
    'kav_max_retries',
    'routing_context',
    'max_tool_rounds',
    'max_response_tokens',
  ] as const),
  'notifications',
] as const satisfies readonly (keyof Settings)[];
const NOTHING: Partial<Settings> = {};

const TENANTS_MAX = 10_000;
/** A change whose event does not arrive takes effect within this time. */
const CACHE_TTL_MS = 60_000;
/** How long a call waits for the registry. */
const TIMEOUT_MS = 1_000;

/** What holds for users of a tenant who have chosen nothing else. The registry keeps it, and is asked once a minute per tenant. */
@Injectable()
export class TenantDefaults {
  private readonly defaults: LRUCache<string, Partial<Settings>>;

  constructor(private readonly bus: Bus) {
    this.defaults = new LRUCache<string, Partial<Settings>>({
      max: TENANTS_MAX,
      ttl: CACHE_TTL_MS,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: (tenant) => this.fetch(tenant),
    });
    bus.subscribe(registry.configChanged, ({ scope, scope_id }) => {
      if (scope === 'tenant') this.defaults.delete(scope_id);
    });
  }

  /** Nothing while the registry is unavailable and the tenant is not cached. */
  async get(tenant: string): Promise<Partial<Settings>> {
    const find = () => this.defaults.fetch(tenant).catch(() => undefined);
    // A change during the first attempt ends it.
    return (await find()) ?? (await find()) ?? NOTHING;
  }

  private async fetch(tenant: string): Promise<Partial<Settings>> {
    const ctx = newCtx({ actor: 'service:kernel', deadline: Date.now() + TIMEOUT_MS });
    const { config } = await this.bus.call(registry.getConfig, ctx, { scope: 'tenant', scope_id: tenant });
    return Object.fromEntries(NAMES.flatMap((name) => (isValid(name, config[name]) ? [[name, config[name]]] : [])));
  }
}

/** The settings of a tenant are any JSON: what users could not choose has no effect. */
function isValid(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  try {
    read(UpdateSettings, { [name]: value });
    return true;
  } catch {
    return false;
  }
}
