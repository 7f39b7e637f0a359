import { RoleNotFound, SystemRole, type UpdatedRole, type UpdateRole } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.js';
import { checkScopes, mayDecideAbout, mayGive, missing } from '../scope/scopes.js';
import { EndSession } from '../session/end-session.js';
import { RoleRepository } from './role.repository.js';

/** Of an administrator, who would otherwise be none. */
const FIXED = 'admin';

@Injectable()
export class ChangeRole {
  constructor(
    private readonly db: Database,
    private readonly roles: RoleRepository,
    private readonly endSession: EndSession,
    private readonly audit: Audit,
  ) {}

  /**
   * With a cascade the role's people get its scopes, and whoever may do less with that signs in again; without one the scopes are
   * for those who get the role from now on.
   * @throws Problem `role_not_found`, `system_role`, `scope_not_held`
   */
  async run(ctx: Ctx, change: UpdateRole): Promise<UpdatedRole> {
    const default_scopes = change.default_scopes && checkScopes(change.default_scopes, 'default_scopes');
    return this.db.transaction(async () => {
      await this.roles.alone(ctx);
      const before = await this.roles.find(ctx, change.role_id);
      if (!before) throw RoleNotFound();
      mayDecideAbout(ctx, before.default_scopes);
      if (default_scopes) {
        if (before.is_system && before.name === FIXED && default_scopes.join() !== '*') throw SystemRole();
        mayGive(ctx, missing(before.default_scopes, default_scopes));
      }
      const after = await this.roles.update(change, default_scopes);
      const { users_updated, lost } = change.cascade ? await this.roles.cascade(after) : { users_updated: 0, lost: [] };
      const sessions_ended = await this.endSession.allOf(ctx, lost, ctx.tenant, 'access_changed');
      const changes = default_scopes && { default_scopes: { from: before.default_scopes, to: after.default_scopes } };
      const metadata = { name: after.name, cascade: change.cascade, users_updated, sessions_ended };
      await this.audit.record(ctx, { action: 'role.updated', target_type: 'role', target_id: after.id, changes, metadata, source: 'rbac' });
      return { ...after, users_updated };
    });
  }
}
