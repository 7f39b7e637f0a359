import type { Page } from '@skep/contracts';
import { type ListUsers, User } from '@skep/contracts/auth';
import { type Ctx, Database, defineList, type List, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ArrayContains } from 'typeorm';
import { AccountEntity } from '../account/account.entity.js';
import { coveringScopes } from '../scope/scopes.js';

/** With the tenant, and with is_active and role where they are given, the indexes account_time, account_active, account_role and account_role_active. */
const orders = {
  newest: [
    ['created_at', 'timestamptz', 'desc'],
    ['id', 'text', 'desc'],
  ],
} satisfies List['orders'];
const select = `id, id as imperal_id, email, tenant_id, agency_id, role, scopes, attributes, is_active, auth_method, cases_user_id, created_at, last_login`;
const USERS = defineList({ select, from: 'account', orders }, User);
/** `offset 0` makes Postgres look each found account up, instead of reading the newest accounts until some of them are found ones. */
const FOUND_USERS = defineList(
  {
    select,
    from: 'unnest(:found::text[]) found (account_id) cross join lateral (select * from account where id = found.account_id offset 0) account',
    orders,
  },
  User,
);
const HOLDS_SCOPE = `replace(scopes::text, '.', ':')::text[] && :covering`;

/** The characters of a term; see sql/account_search.sql. */
const TERM_LENGTH = 3;
/** How many of the newest users a search looks through. */
const NEWEST = 1_000;
/** If so many of the newest users match, their number is enough, and reading the index takes long. */
const ENOUGH = 100;
/** How many users a search takes from the index of terms, which has no order. */
const CANDIDATES = 250;
const MATCHES = 'tenant_id = :tenant and (:role::text is null or role = :role) and (:is_active::boolean is null or is_active = :is_active)';
const SEARCH = unprepared(
  `with newest as materialized (
     select id, searched_text(account) like lower(:pattern) as found from account where ${MATCHES} order by created_at desc, id desc limit ${NEWEST}
   ), counted as materialized (
     select count(*) = ${NEWEST} as has_older, count(*) filter (where found) as found from newest
   ), candidate as materialized (
     select account_id from account_search
      where (select has_older and found < ${ENOUGH} from counted) and terms @> search_terms(:tenant, lower(:searched)) limit ${CANDIDATES}
   )
   select array(select id from newest where found
                union
                select id from candidate cross join lateral (select * from account where id = candidate.account_id offset 0) account
                 where ${MATCHES} and searched_text(account) like lower(:pattern)) as found,
          has_older and (found >= ${ENOUGH} or (select count(*) from candidate) = ${CANDIDATES}) as capped
     from counted`,
  { found: 'text[]', capped: 'bool' },
);

/** A user, as administrators see them. */
export const toUser = (account: AccountEntity): User => ({ ...account, imperal_id: account.id });

/** Users of the caller's tenant, for its administrators. */
@Injectable()
export class UserRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. */
  async list({ tenant }: Ctx, filter: ListUsers): Promise<Page<User>> {
    const { role, search, scope, include_inactive, is_active = include_inactive ? undefined : true, ...paging } = filter;
    const where = ['tenant_id = :tenant', is_active !== undefined && 'is_active = :is_active', role !== undefined && 'role = :role'];
    const values = { tenant, is_active, role, covering: scope && coveringScopes(scope) };
    const selection = { order: 'newest', where, filters: [!!scope && HOLDS_SCOPE], values } as const;
    if (!search) return this.db.page(USERS, selection, paging);

    const { found, capped } = await this.search(search, { tenant, is_active, role });
    const total = !scope && { total: () => Promise.resolve(found.length) };
    const page = await this.db.page(FOUND_USERS, { ...selection, ...total, values: { ...values, found } }, paging);
    return { ...page, ...(page.total !== undefined && { total_capped: capped }) };
  }

  /** The ids of users whose id, e-mail address or name contains the text, and whether there may be more. Short texts only match their beginnings. */
  private async search(text: string, filter: Pick<ListUsers, 'is_active' | 'role'> & { tenant: string }) {
    const searched = [...text].length < TERM_LENGTH ? ` ${text}` : text;
    const pattern = `%${searched.replace(/[\\%_]/g, '\\$&')}%`;
    return (await this.db.row(SEARCH, { ...filter, searched, pattern }))!;
  }

  async find({ tenant }: Ctx, id: string): Promise<User | undefined> {
    const account = await this.db.repository(AccountEntity).findOneBy({ tenant_id: tenant, id });
    return account ? toUser(account) : undefined;
  }

  /** Whether the tenant has an active user with the role `admin` and the scope `*`. */
  hasAdministrator({ tenant }: Ctx): Promise<boolean> {
    const administrator = { role: 'admin', is_active: true, scopes: ArrayContains(['*']) };
    return this.db.repository(AccountEntity).existsBy({ tenant_id: tenant, ...administrator });
  }
}
