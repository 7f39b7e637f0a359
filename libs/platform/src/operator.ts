import { Forbidden, holdsScope, type PlatformScope } from '@skep/contracts';
import type { Ctx } from './context.js';

/**
 * For what concerns every tenant and so is the operator's. The operator's people are of tenant `default` and hold the scope; and
 * services are the operator's too. @throws Problem `forbidden`
 */
export function assertOperator({ actor, tenant, scopes }: Ctx, scope: PlatformScope): void {
  if (actor.startsWith('service:')) return;
  if (tenant !== 'default' || !holdsScope(scopes, scope)) throw Forbidden('Only the operator’s administrators may do this.');
}
