import type { CreateRole, UpdateRole } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import type { RoleEntity } from './role.entity.js';

/** `users_updated`: number of users whose scopes changed; `downgraded_user_ids`: ids of those who lost scopes. */
interface CascadeResult {
  users_updated: number;
  downgraded_user_ids: string[];
}

const LOCK_ACCESS = statement(`select pg_advisory_xact_lock(hashtextextended($1, 0))`);
const LIST = statement<RoleEntity>('select * from role where tenant_id = $1 order by is_system desc, name');
const FIND_BY_NAME = statement<RoleEntity>('select * from role where tenant_id = $1 and name = $2');
const FIND = statement<RoleEntity>('select * from role where tenant_id = $1 and id = $2');
const ADD = statement<RoleEntity>(`
  insert into role (id, tenant_id, name, display_name, default_scopes, default_attributes, default_extensions, confirmation_policy,
                    max_concurrent_tasks, monthly_action_limit, context_window)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (tenant_id, name) do nothing returning *`);
const UPDATE = statement<RoleEntity>(`
  update role set display_name = coalesce($2, display_name), default_scopes = coalesce($3, default_scopes),
         default_attributes = coalesce($4, default_attributes), default_extensions = coalesce($5, default_extensions),
         confirmation_policy = coalesce($6, confirmation_policy), max_concurrent_tasks = coalesce($7, max_concurrent_tasks),
         monthly_action_limit = coalesce($8, monthly_action_limit), context_window = coalesce($9, context_window)
   where id = $1 returning *`);
const CASCADE = statement<CascadeResult>(`
  with before as (
    select id, scopes from account where tenant_id = $1 and role = $2 and role_scopes is distinct from $3 order by id for no key update),
  after as (
    update account a set role_scopes = $3 from before b where a.id = b.id returning a.id, a.scopes, b.scopes as old_scopes)
  select count(*) filter (where scopes <> old_scopes) as users_updated,
         coalesce(array_agg(id) filter (where not scopes_cover(scopes, old_scopes)), '{}') as downgraded_user_ids
    from after`);
const IN_USE = statement('select from account where tenant_id = $1 and role = $2 limit 1');
const REMOVE = statement('delete from role where id = $1');

@Injectable()
export class RoleRepository {
  constructor(private readonly db: Database) {}

  /** Serializes changes of users' rights in a tenant: holds an advisory lock until the transaction ends. */
  async lockAccess({ tenant }: Ctx): Promise<void> {
    await this.db.rows(LOCK_ACCESS, [`access rights of tenant ${tenant}`]);
  }

  list({ tenant }: Ctx): Promise<RoleEntity[]> {
    return this.db.rows(LIST, [tenant]);
  }

  findByName({ tenant }: Ctx, name: string): Promise<RoleEntity | undefined> {
    return this.db.row(FIND_BY_NAME, [tenant, name]);
  }

  find({ tenant }: Ctx, id: string): Promise<RoleEntity | undefined> {
    return this.db.row(FIND, [tenant, id]);
  }

  /** Undefined if a role with this name exists. */
  add({ tenant }: Ctx, role: CreateRole, default_scopes: string[]): Promise<RoleEntity | undefined> {
    const { name, display_name, default_attributes, default_extensions, confirmation_policy } = role;
    const { max_concurrent_tasks, monthly_action_limit, context_window } = role;
    const id = `role_${randomAlphanumeric(20, 'lower')}`;
    const start = [id, tenant, name, display_name || name, default_scopes, default_attributes, default_extensions];
    return this.db.row(ADD, [...start, confirmation_policy, max_concurrent_tasks, monthly_action_limit, context_window]);
  }

  /** Waits for accounts that are being created with this role; later ones get the new scopes. */
  async update(change: UpdateRole, default_scopes: string[] | undefined): Promise<RoleEntity> {
    const { role_id, display_name, default_attributes, default_extensions, confirmation_policy } = change;
    const { max_concurrent_tasks, monthly_action_limit, context_window } = change;
    const start = [role_id, display_name, default_scopes, default_attributes, default_extensions, confirmation_policy];
    const values = [...start, max_concurrent_tasks, monthly_action_limit, context_window].map((value) => value ?? null);
    return (await this.db.row(UPDATE, values))!;
  }

  /** Gives the role's scopes to all users of the role. */
  async cascade({ tenant_id, name, default_scopes }: RoleEntity): Promise<CascadeResult> {
    return (await this.db.row(CASCADE, [tenant_id, name, default_scopes]))!;
  }

  async isInUse({ tenant_id, name }: RoleEntity): Promise<boolean> {
    return (await this.db.row(IN_USE, [tenant_id, name])) !== undefined;
  }

  async remove(id: string): Promise<void> {
    await this.db.rows(REMOVE, [id]);
  }
}
