import type { Page } from '@skep/contracts';
import type { CasesUser, ListUsers, User } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { coveringScopes } from '../scope/scopes.js';
import { WhereClause } from '../where-clause.js';

/** A user with the parts of which their scopes are computed. */
export interface UserAccess extends User {
  role_scopes: string[];
  granted_scopes: string[];
  denied_scopes: string[];
}

/** The new values of all fields that can change. */
export type UserChanges = Pick<
  UserAccess,
  'id' | 'role' | 'role_scopes' | 'granted_scopes' | 'denied_scopes' | 'attributes' | 'is_active' | 'agency_id'
>;

const USER_COLUMNS = `id, id as imperal_id, email, tenant_id, agency_id, role, scopes, attributes, is_active, auth_method, cases_user_id, created_at, last_login`;
const ACCESS_COLUMNS = `${USER_COLUMNS}, role_scopes, granted_scopes, denied_scopes`;
const FIND = statement<User>(`select ${USER_COLUMNS} from account where tenant_id = $1 and id = $2`);
const LOCK = statement<UserAccess>(`select ${ACCESS_COLUMNS} from account where tenant_id = $1 and id = $2 for no key update`);
const UPDATE = statement<UserAccess>(`
  update account set role = $3, role_scopes = $4, granted_scopes = $5, denied_scopes = $6, attributes = $7, is_active = $8, agency_id = $9
   where tenant_id = $1 and id = $2 returning ${ACCESS_COLUMNS}`);
const FIND_ADMINISTRATOR = statement(`
  select from account where tenant_id = $1 and role = 'admin' and is_active and '*' = any(scopes) limit 1`);
const SET_CASES_USER_ID = statement<CasesUser>(`
  update account set cases_user_id = $3
   where tenant_id = $1 and id = $2 and ($4 or cases_user_id is null or cases_user_id = $3) returning id as imperal_id, cases_user_id`);
const ERASE = statement<{ address: string | null }>('select erase_account($1, $2) as address');

const SEARCHED_TEXT = `concat_ws(' ', id, email, attributes->>'first_name', attributes->>'last_name') ilike`;
const toLikePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Users of the caller's tenant, for its administrators. */
@Injectable()
export class UserRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. */
  async list({ tenant }: Ctx, { role, search, scope, is_active, include_inactive, limit, offset }: ListUsers): Promise<Page<User>> {
    const where = new WhereClause('tenant_id =', tenant)
      .and('role =', role)
      .and('is_active =', is_active ?? (include_inactive ? undefined : true))
      .and(SEARCHED_TEXT, search ? toLikePattern(search) : undefined)
      .and(`replace(scopes::text, '.', ':')::text[] &&`, scope === undefined ? undefined : coveringScopes(scope));
    const { values } = where;
    const count = statement<{ total: number }>(`select count(*) as total from account where ${where}`);
    const read = statement<User>(`
      select ${USER_COLUMNS} from account where ${where} order by created_at desc, id desc limit $${values.length + 1} offset $${values.length + 2}`);
    const [counted, rows] = await Promise.all([this.db.row(count, values), this.db.rows(read, [...values, limit, offset])]);
    return { rows, total: counted!.total };
  }

  find({ tenant }: Ctx, id: string): Promise<User | undefined> {
    return this.db.row(FIND, [tenant, id]);
  }

  /** Locks the user until the transaction ends: no one else changes them, and no session is created. */
  lock({ tenant }: Ctx, id: string): Promise<UserAccess | undefined> {
    return this.db.row(LOCK, [tenant, id]);
  }

  async update({ tenant }: Ctx, changes: UserChanges): Promise<UserAccess> {
    const { id, role, role_scopes, granted_scopes, denied_scopes, attributes, is_active, agency_id } = changes;
    const values = [tenant, id, role, role_scopes, granted_scopes, denied_scopes, attributes, is_active, agency_id];
    return (await this.db.row(UPDATE, values))!;
  }

  /** Whether the tenant has an active user with the role `admin` and the scope `*`. */
  async hasAdministrator({ tenant }: Ctx): Promise<boolean> {
    return (await this.db.row(FIND_ADMINISTRATOR, [tenant])) !== undefined;
  }

  /** Undefined if the user is not found, or if they have another id and `replace` is false. */
  setCasesUserId({ tenant }: Ctx, id: string, cases_user_id: number, replace: boolean): Promise<CasesUser | undefined> {
    return this.db.row(SET_CASES_USER_ID, [tenant, id, cases_user_id, replace]);
  }

  /** Deletes all personal data of a user and returns their e-mail address; see sql/erase_account.sql. */
  async erase({ tenant }: Ctx, id: string): Promise<string | null> {
    return (await this.db.row(ERASE, [tenant, id]))!.address;
  }
}
