import type { Me, Principal } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { aboutUser, Audit } from '../audit/audit.js';
import { alphanumeric } from '../secrets/opaque.js';
import type { Own } from '../scope/scopes.js';

/** A person as the tokens tell of one. */
export interface Person extends Principal {
  org_id: string | null;
}

/** What a new account is made of. */
export interface NewAccount {
  user_id: string;
  tenant_id: string;
  email: string;
  password_hash: string;
  attributes: Record<string, unknown>;
  agency_id?: string;
  /** Without it, what the role gives. */
  own?: Own;
}

/** What a login finds under an address: perhaps an account, perhaps a signup that waits for its mail, perhaps neither. */
export interface Found {
  person: (Person & { second_factor: boolean }) | null;
  password_hash: string | null;
  pending_hash: string | null;
}

/** A signup that waits for an address. `disputed`: one of those for this address came from another network than the link's own. */
export interface Waiting extends NewAccount {
  disputed: boolean;
}

/** What is known of an address: is there such a tenant, has the address an account in it, does a signup wait for its mail? */
export interface Known {
  tenant: boolean;
  account: boolean;
  waiting: boolean;
}

const PERSON = 'id as user_id, tenant_id, email, role, scopes, org_id';
const CREATE = statement<Person>(`
  insert into account (id, tenant_id, email, password_hash, role, role_scopes, granted_scopes, denied_scopes, attributes, agency_id)
  select $1, tenant_id, $3, $4, name, default_scopes, $6, $7, default_attributes || $8::jsonb, $9
    from role where tenant_id = $2 and name = $5 for share
  on conflict (tenant_id, email) do nothing returning ${PERSON}`);
const ACTIVE = statement<Person>(`
  select ${PERSON} from account
   where id = $1 and tenant_id = $2 and is_active and exists (select from tenant where id = $2 and is_active)`);
const PRESENT = statement<Person>(`select ${PERSON} from account where id = $1 and tenant_id = $2 and is_active`);
const ME = statement<Me>(`
  select id as imperal_id, email, role, tenant_id, is_active, agency_id, org_id, auth_method, scopes, attributes, created_at, last_login, cases_user_id,
         array(select 'totp' where exists (select from totp where account_id = account.id and confirmed_at is not null)
               union all select 'passkey' where exists (select from passkey where account_id = account.id)) as factors
    from account where id = $1 and tenant_id = $2`);
const BY_EMAIL = statement<{ user_id: string; password_hash: string | null; role: string }>(
  'select id as user_id, password_hash, role from account where tenant_id = $1 and email = $2',
);
const ADMINISTRATOR = statement(`select from account where tenant_id = $1 and role = 'admin' limit 1`);
const KNOWN = statement<Known>(`
  select exists (select from tenant where id = $1 and is_active) as tenant, exists (select from account where tenant_id = $1 and email = $2) as account,
         exists (select from pending_signup where tenant_id = $1 and email = $2 and told and expires_at > now()) as waiting`);
const FOR_LOGIN = statement<Found>(`
  select case when a.is_active then to_jsonb(p) end as person, case when a.is_active then a.password_hash end as password_hash, w.password_hash as pending_hash
    from (select) as always
    left join account a on a.tenant_id = $1 and a.email = $2
    left join lateral (select a.id as user_id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, a.second_factor) p on true
    left join lateral (select password_hash from pending_signup
                        where tenant_id = $1 and email = $2 and expires_at > now() order by created_at desc limit 1) w on true`);
const EXPECT = statement(`
  insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, told, network, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, now() + interval '24 hours')`);
const RENEW = statement(`
  update pending_signup set token_hash = $3, expires_at = now() + interval '24 hours'
   where token_hash = (select token_hash from pending_signup where tenant_id = $1 and email = $2 and told and expires_at > now()
                        order by created_at limit 1)
     and not exists (select from account where tenant_id = $1 and email = $2) returning user_id`);
/** A password is verified against each of them at the most, so a flood of signups must not make them many. */
const WAITING = statement<Waiting>(`
  select s.user_id, s.tenant_id, s.email, s.password_hash, s.attributes, bool_or(s.network <> link.network) over () as disputed
    from pending_signup link join pending_signup s on s.tenant_id = link.tenant_id and s.email = link.email and s.expires_at > now()
   where link.token_hash = $1 and link.told and link.expires_at > now()
   order by s.token_hash = $1 desc, s.created_at desc limit 10`);
const DISMISS = statement('delete from pending_signup where tenant_id = $1 and email = $2');

export const newUserId = () => `imp_u_${alphanumeric(20, 'lower')}`;

@Injectable()
export class AccountRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Opens an account and drops every signup that waits for its address. Undefined when the address has an account already. The
   * role does not change until the transaction ends, so that a cascade reaches the account or comes before it.
   * @param how what has proved the address, or who has vouched for it; for the audit log
   */
  async create(ctx: Ctx, account: NewAccount, role: string, how: string): Promise<Person | undefined> {
    const { user_id, tenant_id, email, password_hash, attributes, agency_id = null, own = { granted: [], denied: [] } } = account;
    return this.db.transaction(async () => {
      const values = [user_id, tenant_id, email, password_hash, role, own.granted, own.denied, attributes, agency_id];
      const person = await this.db.row(CREATE, values);
      if (!person) return undefined;
      await this.db.rows(DISMISS, [tenant_id, email]);
      const deed = { action: 'user.created', tenant_id, actor_id: user_id, ...aboutUser(user_id), metadata: { how, role } };
      await this.audit.record(ctx, deed);
      return person;
    });
  }

  /** An active person of the tenant. */
  active(user_id: string, tenant_id: string): Promise<Person | undefined> {
    return this.db.row(ACTIVE, [user_id, tenant_id]);
  }

  /** An active person, be the tenant suspended or not. */
  present(user_id: string, tenant_id: string): Promise<Person | undefined> {
    return this.db.row(PRESENT, [user_id, tenant_id]);
  }

  me(user_id: string, tenant_id: string): Promise<Me | undefined> {
    return this.db.row(ME, [user_id, tenant_id]);
  }

  byEmail(tenant_id: string, email: string) {
    return this.db.row(BY_EMAIL, [tenant_id, email]);
  }

  async hasAdministrator(tenant_id: string): Promise<boolean> {
    return (await this.db.row(ADMINISTRATOR, [tenant_id])) !== undefined;
  }

  async known(tenant_id: string, email: string): Promise<Known> {
    return (await this.db.row(KNOWN, [tenant_id, email]))!;
  }

  async forLogin(tenant_id: string, email: string): Promise<Found> {
    return (await this.db.row(FOR_LOGIN, [tenant_id, email]))!;
  }

  /** Keeps a signup until its mail is answered, a day at the most. `told`: its token goes out by mail. `network`: as of `networkOf`. */
  async expect(token_hash: Buffer, account: NewAccount, { told, network }: { told: boolean; network: string }): Promise<void> {
    const { user_id, tenant_id, email, password_hash, attributes } = account;
    await this.db.rows(EXPECT, [token_hash, user_id, tenant_id, email, password_hash, attributes, told, network]);
  }

  /** Gives the signup that waits for an address another token, for a day. False where none waits. */
  async renew({ tenant_id, email }: { tenant_id: string; email: string }, token_hash: Buffer): Promise<boolean> {
    return (await this.db.row(RENEW, [tenant_id, email, token_hash])) !== undefined;
  }

  /** The signups that wait for the address of a link: its own first, then the newest ones. None when the link is not valid. */
  waiting(token_hash: Buffer): Promise<Waiting[]> {
    return this.db.acrossTenants(() => this.db.rows(WAITING, [token_hash]));
  }
}
