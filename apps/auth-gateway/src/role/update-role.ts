import { RoleNotFound, SystemRole, type UpdatedRole, type UpdateRole as Input } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { Audit } from '../audit/audit.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { validateScopes, assertCanAdminister, assertCanGrant, missingScopes } from '../scope/scopes.js';
import { RevokeSession } from '../session/revoke-session.js';
import { RoleRepository } from './role.repository.js';

/** The scopes of this role cannot be changed. */
const ADMIN_ROLE = 'admin';

/** Changes a role and, if requested, the scopes of its users. */
@Injectable()
export class UpdateRole {
  constructor(
    private readonly db: Database,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly accounts: AccountRepository,
    private readonly revokeSession: RevokeSession,
    private readonly audit: Audit,
  ) {}

  /**
   * With `cascade` all users of the role get its new scopes, and those who lose scopes are signed out. Otherwise the change applies only
   * to users who get the role later.
   * @throws Problem `role_not_found`, `system_role`, `scope_not_held`
   */
  async run(ctx: Ctx, change: Input): Promise<UpdatedRole> {
    const default_scopes = change.default_scopes && validateScopes(change.default_scopes, 'default_scopes');
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const before = await this.roles.find(ctx, change.role_id);
      if (!before) throw RoleNotFound();
      assertCanAdminister(ctx, before.default_scopes);
      if (default_scopes) {
        if (before.is_system && before.name === ADMIN_ROLE && default_scopes.join() !== '*') throw SystemRole();
        assertCanGrant(ctx, missingScopes(before.default_scopes, default_scopes));
      }
      const after = await this.roles.update(change, default_scopes);
      const { users_updated, downgraded_user_ids } = change.cascade
        ? await this.accounts.cascade(after)
        : { users_updated: 0, downgraded_user_ids: [] };
      const sessions_ended = await this.revokeSession.allOfUsers(ctx, downgraded_user_ids, ctx.tenant, 'access_changed');
      const changes = default_scopes && { default_scopes: { from: before.default_scopes, to: after.default_scopes } };
      const metadata = { name: after.name, cascade: change.cascade, users_updated, sessions_ended };
      await this.audit.record(ctx, { action: 'role.updated', target_type: 'role', target_id: after.id, changes, metadata, source: 'rbac' });
      return { ...after, users_updated };
    });
  }
}
