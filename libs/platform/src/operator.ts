import { Forbidden, type PlatformScope } from '@skep/contracts';
import { holdsScope } from '@skep/contracts/auth';
import type { Ctx } from './context.js';

/**
 * Requires an administrator of the operator: a user of tenant `default` with the scope, or a service. For operations that concern all
 * tenants. @throws Problem `forbidden`
 */
export function assertOperator({ actor, tenant, scopes }: Ctx, scope: PlatformScope): void {
  if (actor.startsWith('service:')) return;
  if (tenant !== 'default' || !holdsScope(scopes, scope)) throw Forbidden('Only administrators of the tenant “default” may do this.');
}
