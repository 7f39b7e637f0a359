import { Forbidden } from '@skep/contracts';
import type { Ctx } from './context.js';

/**
 * For what concerns every tenant and so is the operator's. The operator's people are of tenant `default`, and administrators or
 * holders of the scope; and services are the operator's too. @throws Problem `forbidden`
 */
export function mustBeOperator({ actor, tenant, role, scopes }: Ctx, scope: string): void {
  if (actor.startsWith('service:')) return;
  if (tenant !== 'default' || (role !== 'admin' && !scopes.includes(scope)))
    throw Forbidden('Only the operator’s administrators may do this.');
}
