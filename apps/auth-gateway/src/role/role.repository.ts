import type { ListCursor, Page } from '@skep/contracts';
import { type CreateRole, TaskAllowance, type UpdateRole } from '@skep/contracts/auth';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountEntity } from '../account/account.entity.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { RoleEntity } from './role.entity.js';

const ADD = statement(
  `insert into role (id, tenant_id, name, display_name, default_scopes, default_attributes, default_extensions, confirmation_policy,
                     max_concurrent_tasks, monthly_action_limit, context_window)
   values (:id, :tenant, :name, :display_name, :default_scopes, :default_attributes, :default_extensions, :confirmation_policy,
           :max_concurrent_tasks, :monthly_action_limit, :context_window)
   on conflict (tenant_id, name) do nothing returning *`,
  RoleEntity,
);
const UPDATE = statement(
  `update role set display_name = coalesce(:display_name, display_name), default_scopes = coalesce(:default_scopes, default_scopes),
          default_attributes = coalesce(:default_attributes, default_attributes), default_extensions = coalesce(:default_extensions, default_extensions),
          confirmation_policy = coalesce(:confirmation_policy, confirmation_policy), max_concurrent_tasks = coalesce(:max_concurrent_tasks, max_concurrent_tasks),
          monthly_action_limit = coalesce(:monthly_action_limit, monthly_action_limit), context_window = coalesce(:context_window, context_window)
    where id = :role_id returning *`,
  RoleEntity,
);
const TASK_ALLOWANCE = statement(
  `select r.max_concurrent_tasks from account a join role r on r.tenant_id = a.tenant_id and r.name = a.role
    where a.id = :user_id and a.tenant_id = :tenant_id and a.is_active`,
  TaskAllowance,
);
const ROLES = defineList(
  {
    select: '*',
    from: 'role',
    // With the tenant, the index role_order.
    orders: {
      system: [
        ['not is_system', 'boolean', 'asc'],
        ['name', 'text', 'asc'],
      ],
    },
  },
  RoleEntity,
);

@Injectable()
export class RoleRepository {
  constructor(private readonly db: Database) {}

  /** System roles first, then the others by name. */
  list({ tenant }: Ctx, paging: ListCursor): Promise<Page<RoleEntity>> {
    return this.db.page(ROLES, { order: 'system', where: ['tenant_id = :tenant'], values: { tenant } }, paging);
  }

  findByName({ tenant }: Pick<Ctx, 'tenant'>, name: string): Promise<RoleEntity | null> {
    return this.db.repository(RoleEntity).findOneBy({ tenant_id: tenant, name });
  }

  find({ tenant }: Ctx, id: string): Promise<RoleEntity | null> {
    return this.db.repository(RoleEntity).findOneBy({ tenant_id: tenant, id });
  }

  /** Undefined for an unknown or inactive user. */
  findTaskAllowance(user_id: string, tenant_id: string): Promise<TaskAllowance | undefined> {
    return this.db.row(TASK_ALLOWANCE, { user_id, tenant_id });
  }

  /** Undefined if a role with this name exists. */
  add({ tenant }: Ctx, role: CreateRole, default_scopes: string[]): Promise<RoleEntity | undefined> {
    const id = `role_${randomAlphanumeric(20, 'lower')}`;
    return this.db.row(ADD, { ...role, display_name: role.display_name || role.name, default_scopes, id, tenant });
  }

  /** Waits for accounts that are being created with this role; later ones get the new scopes. Undefined fields do not change. */
  async update(change: UpdateRole, default_scopes: string[] | undefined): Promise<RoleEntity> {
    const { role_id, display_name, default_attributes, default_extensions } = change;
    const { confirmation_policy, max_concurrent_tasks, monthly_action_limit, context_window } = change;
    const details = { display_name, default_scopes, default_attributes, default_extensions, confirmation_policy };
    return (await this.db.row(UPDATE, { role_id, ...details, max_concurrent_tasks, monthly_action_limit, context_window }))!;
  }

  isInUse({ tenant_id, name }: RoleEntity): Promise<boolean> {
    return this.db.repository(AccountEntity).existsBy({ tenant_id, role: name });
  }

  async remove(id: string): Promise<void> {
    await this.db.repository(RoleEntity).delete({ id });
  }
}
