import type { Page } from '@skep/contracts';
import type { ListUsers, User } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ArrayContains } from 'typeorm';
import { AccountEntity } from '../account/account.entity.js';
import { coveringScopes } from '../scope/scopes.js';

const SEARCHED_TEXT = `concat_ws(' ', id, email, attributes->>'first_name', attributes->>'last_name')`;
const toLikePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** A user, as administrators see them. */
export const toUser = (account: AccountEntity): User => ({ ...account, imperal_id: account.id });

/** Users of the caller's tenant, for its administrators. */
@Injectable()
export class UserRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. The query has only the requested conditions, so that Postgres can choose the best index. */
  async list({ tenant }: Ctx, filter: ListUsers): Promise<Page<User>> {
    const { role, search, scope, include_inactive, is_active = include_inactive ? undefined : true, limit, offset } = filter;
    const users = this.db.repository(AccountEntity).createQueryBuilder('account').where({ tenant_id: tenant });
    if (role !== undefined) users.andWhere({ role });
    if (is_active !== undefined) users.andWhere({ is_active });
    if (search) users.andWhere(`${SEARCHED_TEXT} ilike :search`, { search: toLikePattern(search) });
    if (scope !== undefined) users.andWhere(`replace(scopes::text, '.', ':')::text[] && :covering`, { covering: coveringScopes(scope) });
    users.orderBy({ 'account.created_at': 'DESC', 'account.id': 'DESC' });
    const [rows, total] = await users.limit(limit).offset(offset).getManyAndCount();
    return { rows: rows.map(toUser), total };
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
