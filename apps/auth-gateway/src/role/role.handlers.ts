import { Conflict, type ListCursor } from '@skep/contracts';
import {
  auth,
  type CreateRole,
  RoleInUse,
  type RoleName,
  RoleNotFound,
  type RoleRef,
  SystemRole,
  type UpdateRole as UpdateRoleInput,
  UserNotFound,
  type UserRef,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { validateScopes, assertCanAdminister, assertCanGrant } from '../scope/scopes.js';
import type { RoleEntity } from './role.entity.js';
import { RoleRepository } from './role.repository.js';
import { UpdateRole } from './update-role.js';

@Handlers()
export class RoleHandlers {
  constructor(
    private readonly db: Database,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly update: UpdateRole,
    private readonly audit: Audit,
  ) {}

  @Handle(auth.listRoles)
  listRoles(ctx: Ctx, input: ListCursor) {
    return this.roles.list(ctx, input);
  }

  @Handle(auth.createRole)
  createRole(ctx: Ctx, input: CreateRole) {
    const scopes = validateScopes(input.default_scopes, 'default_scopes');
    assertCanGrant(ctx, scopes);
    return this.db.transaction(async () => {
      const role = await this.roles.add(ctx, input, scopes);
      if (!role) throw Conflict(`Role "${input.name}" already exists.`);
      await this.record(ctx, 'role.created', role);
      return role;
    });
  }

  @Handle(auth.updateRole)
  updateRole(ctx: Ctx, input: UpdateRoleInput) {
    return this.update.run(ctx, input);
  }

  @Handle(auth.deleteRole)
  deleteRole(ctx: Ctx, { role_id }: RoleRef) {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      const role = await this.roles.find(ctx, role_id);
      if (!role) throw RoleNotFound();
      if (role.is_system) throw SystemRole();
      assertCanAdminister(ctx, role.default_scopes);
      if (await this.roles.isInUse(role)) throw RoleInUse();
      await this.roles.remove(role_id);
      await this.record(ctx, 'role.deleted', role);
      return { id: role_id, name: role.name, deleted: true };
    });
  }

  @Handle(auth.getTaskAllowance)
  async getTaskAllowance(_: Ctx, { user_id, tenant_id }: UserRef) {
    const allowance = await this.roles.findTaskAllowance(user_id, tenant_id);
    if (!allowance) throw UserNotFound();
    return allowance;
  }

  @Handle(auth.getRolePolicy)
  async getRolePolicy(_: Ctx, { tenant_id: tenant, name }: RoleName) {
    const role = await this.roles.findByName({ tenant }, name);
    if (!role) throw RoleNotFound();
    return role;
  }

  private record(ctx: Ctx, action: string, { id, name, default_scopes }: RoleEntity): Promise<void> {
    return this.audit.record(ctx, { action, target_type: 'role', target_id: id, metadata: { name, default_scopes }, source: 'rbac' });
  }
}
