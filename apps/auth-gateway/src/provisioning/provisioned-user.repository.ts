import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountEntity } from '../account/account.entity.js';
import { SSO } from '../account/account.repository.js';

/** How many resources a list counts. */
export const COUNTED_MAX = 10_000;

/** An account that an identity provider has created. */
export type ProvisionedUser = NonNullable<typeof FIND.row>;

const SHOWN = `account a left join provisioned_user p on p.account_id = a.id
  where a.tenant_id = :tenant and a.auth_method = '${SSO}' and not coalesce(p.is_removed, false)`;
const SELECTED = `${SHOWN} and (:id::text is null or a.id = :id) and (:userName::text is null or a.email = lower(:userName))
  and (:externalId::text is null or p.external_id = :externalId)`;
const FIND = statement(`select a.*, p.external_id from ${SHOWN} and a.id = :id`, AccountEntity, { external_id: 'text?' });
const LIST = statement(`select a.*, p.external_id from ${SELECTED} order by a.id offset :offset limit :limit`, AccountEntity, {
  external_id: 'text?',
});
const COUNT = statement(`select count(*)::int as count from (select from ${SELECTED} limit ${COUNTED_MAX}) counted`, { count: 'int4' });
const SAVE = statement(
  `insert into provisioned_user (account_id, tenant_id, external_id, is_removed) values (:account_id, :tenant, :external_id, :is_removed)
   on conflict (account_id) do update set external_id = excluded.external_id, is_removed = excluded.is_removed`,
);

/** The attribute that a list compares. */
export type UserFilter = Partial<Record<'id' | 'userName' | 'externalId', string>>;

@Injectable()
export class ProvisionedUserRepository {
  constructor(private readonly db: Database) {}

  find({ tenant }: Pick<Ctx, 'tenant'>, id: string): Promise<ProvisionedUser | undefined> {
    return this.db.row(FIND, { tenant, id });
  }

  list({ tenant }: Ctx, filter: UserFilter, offset: number, limit: number): Promise<ProvisionedUser[]> {
    return this.db.rows(LIST, { tenant, ...emptyUserFilter, ...filter, offset, limit });
  }

  async count({ tenant }: Ctx, filter: UserFilter): Promise<number> {
    return (await this.db.row(COUNT, { tenant, ...emptyUserFilter, ...filter }))!.count;
  }

  async save({ tenant }: Ctx, account_id: string, { external_id = null as string | null, is_removed = false }): Promise<void> {
    await this.db.rows(SAVE, { account_id, tenant, external_id, is_removed });
  }
}

const emptyUserFilter = { id: null, userName: null, externalId: null };
