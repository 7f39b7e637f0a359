import { auth } from '@skep/contracts/auth';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

type RoleOf = Pick<Ctx, 'tenant' | 'role'>;

const ROLES_MAX = 20_000;
/** A policy that an administrator sets takes effect within this time. */
const CACHE_TTL_MS = 60_000;
/** How long a call waits for auth-gateway. */
const TIMEOUT_MS = 1_000;
const DEFAULT_ON = 'default_on';

/** Whether users with a role confirm calls if they have not chosen. auth-gateway is asked once a minute per role. */
@Injectable()
export class RolePolicies {
  private readonly policies: LRUCache<string, boolean, RoleOf>;

  constructor(private readonly bus: Bus) {
    this.policies = new LRUCache<string, boolean, RoleOf>({
      max: ROLES_MAX,
      ttl: CACHE_TTL_MS,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: (_key, _stale, { context }) => this.fetchPolicy(context),
    });
  }

  /** False while auth-gateway is unavailable and the role is not cached. */
  async areConfirming({ tenant, role }: RoleOf): Promise<boolean> {
    const key = JSON.stringify([tenant, role]);
    return (await this.policies.fetch(key, { context: { tenant, role } }).catch(() => undefined)) ?? false;
  }

  private async fetchPolicy({ tenant, role }: RoleOf): Promise<boolean> {
    const ctx = newCtx({ actor: 'service:kernel', deadline: Date.now() + TIMEOUT_MS });
    const { confirmation_policy } = await this.bus.call(auth.getRolePolicy, ctx, { tenant_id: tenant, name: role });
    return confirmation_policy === DEFAULT_ON;
  }
}
