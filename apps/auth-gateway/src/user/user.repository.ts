import type { CasesUser, ListUsers, Page, User } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { covering } from '../scope/scopes.js';
import { Where } from '../where.js';

/** A person, and what their scopes are made of. */
export interface Standing extends User {
  role_scopes: string[];
  granted_scopes: string[];
  denied_scopes: string[];
}

/** What of a person may be changed, whole. */
export type Changed = Pick<
  Standing,
  'id' | 'role' | 'role_scopes' | 'granted_scopes' | 'denied_scopes' | 'attributes' | 'is_active' | 'agency_id'
>;

const USER = `id, id as imperal_id, email, tenant_id, agency_id, role, scopes, attributes, is_active, auth_method, cases_user_id, created_at, last_login`;
const STANDING = `${USER}, role_scopes, granted_scopes, denied_scopes`;
const FIND = statement<User>(`select ${USER} from account where tenant_id = $1 and id = $2`);
const LOCK = statement<Standing>(`select ${STANDING} from account where tenant_id = $1 and id = $2 for no key update`);
const CHANGE = statement<Standing>(`
  update account set role = $3, role_scopes = $4, granted_scopes = $5, denied_scopes = $6, attributes = $7, is_active = $8, agency_id = $9
   where tenant_id = $1 and id = $2 returning ${STANDING}`);
const ADMINISTRATOR = statement(`
  select from account where tenant_id = $1 and role = 'admin' and is_active and '*' = any(scopes) limit 1`);
const SET_CASES = statement<CasesUser>(`
  update account set cases_user_id = $3
   where tenant_id = $1 and id = $2 and ($4 or cases_user_id is null or cases_user_id = $3) returning id as imperal_id, cases_user_id`);
const ERASE = statement<{ address: string | null }>('select erase_account($1, $2) as address');

const ANYWHERE = `concat_ws(' ', id, email, attributes->>'first_name', attributes->>'last_name') ilike`;
const literally = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** The people of the caller's tenant, as those see them who administer it. */
@Injectable()
export class UserRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. */
  async list({ tenant }: Ctx, { role, search, scope, is_active, include_inactive, limit, offset }: ListUsers): Promise<Page<User>> {
    const where = new Where('tenant_id =', tenant)
      .and('role =', role)
      .and('is_active =', is_active ?? (include_inactive ? undefined : true))
      .and(ANYWHERE, search ? literally(search) : undefined)
      .and(`replace(scopes::text, '.', ':')::text[] &&`, scope === undefined ? undefined : covering(scope));
    const { values } = where;
    const count = statement<{ total: number }>(`select count(*) as total from account where ${where}`);
    const read = statement<User>(`
      select ${USER} from account where ${where} order by created_at desc, id desc limit $${values.length + 1} offset $${values.length + 2}`);
    const [counted, rows] = await Promise.all([this.db.row(count, values), this.db.rows(read, [...values, limit, offset])]);
    return { rows, total: counted!.total };
  }

  find({ tenant }: Ctx, id: string): Promise<User | undefined> {
    return this.db.row(FIND, [tenant, id]);
  }

  /** Nobody else changes this person, and no session of theirs begins, until the transaction ends. */
  lock({ tenant }: Ctx, id: string): Promise<Standing | undefined> {
    return this.db.row(LOCK, [tenant, id]);
  }

  async change({ tenant }: Ctx, to: Changed): Promise<Standing> {
    const { id, role, role_scopes, granted_scopes, denied_scopes, attributes, is_active, agency_id } = to;
    const values = [tenant, id, role, role_scopes, granted_scopes, denied_scopes, attributes, is_active, agency_id];
    return (await this.db.row(CHANGE, values))!;
  }

  /** Is there an active person with the role `admin` and all scopes? */
  async hasAdministrator({ tenant }: Ctx): Promise<boolean> {
    return (await this.db.row(ADMINISTRATOR, [tenant])) !== undefined;
  }

  /** Undefined where there is no such person, or another id that may not be replaced. */
  setCases({ tenant }: Ctx, id: string, cases_user_id: number, replace: boolean): Promise<CasesUser | undefined> {
    return this.db.row(SET_CASES, [tenant, id, cases_user_id, replace]);
  }

  /** Removes everything personal, and returns the address that they had: see migrations/22-erasure.ts. */
  async erase({ tenant }: Ctx, id: string): Promise<string | null> {
    return (await this.db.row(ERASE, [tenant, id]))!.address;
  }
}
