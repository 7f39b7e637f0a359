import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ProvisionedGroupEntity, ProvisionedMemberEntity } from './provisioned-group.entity.js';
import { COUNTED_MAX } from './provisioned-user.repository.js';

const SELECTED = `provisioned_group where tenant_id = :tenant and (:id::text is null or id = :id)
  and (:displayName::text is null or display_name = :displayName) and (:externalId::text is null or external_id = :externalId)`;
const LIST = statement(`select * from ${SELECTED} order by id offset :offset limit :limit`, ProvisionedGroupEntity);
const COUNT = statement(`select count(*)::int as count from (select from ${SELECTED} limit ${COUNTED_MAX}) counted`, { count: 'int4' });
const LOCK = statement('select * from provisioned_group where tenant_id = :tenant and id = :id for update', ProvisionedGroupEntity);
const ADD = statement(
  `insert into provisioned_group (id, tenant_id, display_name, external_id) values (:id, :tenant, :display_name, :external_id)
   on conflict (tenant_id, display_name) do nothing returning *`,
  ProvisionedGroupEntity,
);
const IS_TAKEN = statement('select id from provisioned_group where tenant_id = :tenant and display_name = :display_name and id <> :id', {
  id: 'text',
});
const UPDATE = statement(
  'update provisioned_group set display_name = :display_name, external_id = :external_id where tenant_id = :tenant and id = :id',
);
const NAMES = statement(
  `select display_name from provisioned_member m join provisioned_group g on g.id = m.group_id
    where m.account_id = :account_id and m.tenant_id = :tenant order by display_name`,
  { display_name: 'text' },
);
const ADD_MEMBERS = statement(
  `insert into provisioned_member (group_id, account_id, tenant_id) select :group_id, unnest(:members::text[]), :tenant on conflict do nothing`,
);
const REMOVE_MEMBERS = statement(
  'delete from provisioned_member where group_id = :group_id and tenant_id = :tenant and account_id = any(:members)',
);
const REMOVE = statement('delete from provisioned_group where tenant_id = :tenant and id = :id');

/** The attribute that a list compares. */
export type GroupFilter = Partial<Record<'id' | 'displayName' | 'externalId', string>>;
type Named = Pick<ProvisionedGroupEntity, 'id' | 'display_name' | 'external_id'>;

@Injectable()
export class ProvisionedGroupRepository {
  constructor(private readonly db: Database) {}

  list({ tenant }: Ctx, filter: GroupFilter, offset: number, limit: number): Promise<ProvisionedGroupEntity[]> {
    return this.db.rows(LIST, { tenant, ...emptyGroupFilter, ...filter, offset, limit });
  }

  async count({ tenant }: Ctx, filter: GroupFilter): Promise<number> {
    return (await this.db.row(COUNT, { tenant, ...emptyGroupFilter, ...filter }))!.count;
  }

  /** Locks a group until the transaction ends. */
  lock({ tenant }: Ctx, id: string): Promise<ProvisionedGroupEntity | undefined> {
    return this.db.row(LOCK, { tenant, id });
  }

  /** Undefined if the name is taken. */
  add({ tenant }: Ctx, group: Named): Promise<ProvisionedGroupEntity | undefined> {
    return this.db.row(ADD, { ...group, tenant });
  }

  /** False if the name is taken. */
  async update({ tenant }: Ctx, group: Named): Promise<boolean> {
    if (await this.db.row(IS_TAKEN, { tenant, ...group })) return false;
    await this.db.rows(UPDATE, { ...group, tenant });
    return true;
  }

  async remove({ tenant }: Ctx, id: string): Promise<void> {
    await this.db.rows(REMOVE, { tenant, id });
  }

  /** The ids of its members. */
  async members({ tenant }: Ctx, group_id: string): Promise<string[]> {
    const rows = await this.db
      .repository(ProvisionedMemberEntity)
      .find({ where: { tenant_id: tenant, group_id }, order: { account_id: 'ASC' } });
    return rows.map(({ account_id }) => account_id);
  }

  async addMembers({ tenant }: Ctx, group_id: string, members: string[]): Promise<void> {
    await this.db.rows(ADD_MEMBERS, { tenant, group_id, members });
  }

  async removeMembers({ tenant }: Ctx, group_id: string, members: string[]): Promise<void> {
    await this.db.rows(REMOVE_MEMBERS, { tenant, group_id, members });
  }

  /** The names of the groups of an account. */
  async namesOf({ tenant }: Pick<Ctx, 'tenant'>, account_id: string): Promise<string[]> {
    return (await this.db.rows(NAMES, { tenant, account_id })).map(({ display_name }) => display_name);
  }
}

const emptyGroupFilter = { id: null, displayName: null, externalId: null };
