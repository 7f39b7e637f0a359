import type { Me, Principal } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { aboutUser, Audit } from '../audit/audit.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import type { ScopeOverrides } from '../scope/scopes.js';

/** The user data that access tokens contain. */
export interface UserIdentity extends Principal {
  org_id: string | null;
}

/** Data of a new account. `attributes` override the role's default attributes. */
export interface NewAccount {
  user_id: string;
  tenant_id: string;
  email: string;
  password_hash: string;
  attributes: Record<string, unknown>;
  agency_id?: string;
  /** By default the account has exactly the role's scopes. */
  overrides?: ScopeOverrides;
}

/** What a login needs to know about an address. `user` and `password_hash` are those of an active account, `pending_hash` that of the newest pending sign-up. */
export interface LoginCandidate {
  user: (UserIdentity & { second_factor: boolean }) | null;
  password_hash: string | null;
  pending_hash: string | null;
}

/** A sign-up whose address is not verified yet. `disputed`: another sign-up for this address came from another network. */
export interface PendingSignup extends NewAccount {
  disputed: boolean;
}

/** What is known about an e-mail address in a tenant. A suspended tenant does not exist here. */
export interface AddressStatus {
  tenant_exists: boolean;
  has_account: boolean;
  has_pending_signup: boolean;
}

const USER_COLUMNS = 'id as user_id, tenant_id, email, role, scopes, org_id';
const CREATE = statement<UserIdentity>(`
  insert into account (id, tenant_id, email, password_hash, role, role_scopes, granted_scopes, denied_scopes, attributes, agency_id)
  select $1, tenant_id, $3, $4, name, default_scopes, $6, $7, default_attributes || $8::jsonb, $9
    from role where tenant_id = $2 and name = $5 for share
  on conflict (tenant_id, email) do nothing returning ${USER_COLUMNS}`);
const ACTIVE_USER = statement<UserIdentity>(`
  select ${USER_COLUMNS} from account
   where id = $1 and tenant_id = $2 and is_active and exists (select from tenant where id = $2 and is_active)`);
const ACTIVE_ACCOUNT = statement<UserIdentity>(`select ${USER_COLUMNS} from account where id = $1 and tenant_id = $2 and is_active`);
const PROFILE = statement<Me>(`
  select id as imperal_id, email, role, tenant_id, is_active, agency_id, org_id, auth_method, scopes, attributes, created_at, last_login, cases_user_id,
         array(select 'totp' where exists (select from totp where account_id = account.id and confirmed_at is not null)
               union all select 'passkey' where exists (select from passkey where account_id = account.id)) as factors
    from account where id = $1 and tenant_id = $2`);
const BY_EMAIL = statement<{ user_id: string; password_hash: string | null; role: string }>(
  'select id as user_id, password_hash, role from account where tenant_id = $1 and email = $2',
);
const ADMINISTRATOR = statement(`select from account where tenant_id = $1 and role = 'admin' limit 1`);
const ADDRESS_STATUS = statement<AddressStatus>(`
  select exists (select from tenant where id = $1 and is_active) as tenant_exists, exists (select from account where tenant_id = $1 and email = $2) as has_account,
         exists (select from pending_signup where tenant_id = $1 and email = $2 and token_sent and expires_at > now()) as has_pending_signup`);
const FOR_LOGIN = statement<LoginCandidate>(`
  select case when a.is_active then to_jsonb(p) end as user, case when a.is_active then a.password_hash end as password_hash, w.password_hash as pending_hash
    from (select) as always
    left join account a on a.tenant_id = $1 and a.email = $2
    left join lateral (select a.id as user_id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, a.second_factor) p on true
    left join lateral (select password_hash from pending_signup
                        where tenant_id = $1 and email = $2 and expires_at > now() order by created_at desc limit 1) w on true`);
const CREATE_PENDING = statement(`
  insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, now() + interval '24 hours')`);
const RENEW_PENDING = statement(`
  update pending_signup set token_hash = $3, expires_at = now() + interval '24 hours'
   where token_hash = (select token_hash from pending_signup where tenant_id = $1 and email = $2 and token_sent and expires_at > now()
                        order by created_at limit 1)
     and not exists (select from account where tenant_id = $1 and email = $2) returning user_id`);
/** At most ten rows, because a password may have to be verified against each. */
const PENDING_BY_TOKEN = statement<PendingSignup>(`
  select s.user_id, s.tenant_id, s.email, s.password_hash, s.attributes, bool_or(s.network <> link.network) over () as disputed
    from pending_signup link join pending_signup s on s.tenant_id = link.tenant_id and s.email = link.email and s.expires_at > now()
   where link.token_hash = $1 and link.token_sent and link.expires_at > now()
   order by s.token_hash = $1 desc, s.created_at desc limit 10`);
const DELETE_PENDING = statement('delete from pending_signup where tenant_id = $1 and email = $2');

/** `imp_u_` and 20 digits or lower-case letters. */
export const generateUserId = () => `imp_u_${randomAlphanumeric(20, 'lower')}`;

/** Accounts and pending sign-ups. */
@Injectable()
export class AccountRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Creates an account and deletes all pending sign-ups for its address. Undefined if the address already has an account. Locks the role
   * until the transaction ends, so that a concurrent cascade includes the account.
   * @param how how the address was verified, for the audit log
   */
  async create(ctx: Ctx, account: NewAccount, role: string, how: string): Promise<UserIdentity | undefined> {
    const { user_id, tenant_id, email, password_hash, attributes, agency_id = null, overrides = { granted: [], denied: [] } } = account;
    return this.db.transaction(async () => {
      const values = [user_id, tenant_id, email, password_hash, role, overrides.granted, overrides.denied, attributes, agency_id];
      const user = await this.db.row(CREATE, values);
      if (!user) return undefined;
      await this.db.rows(DELETE_PENDING, [tenant_id, email]);
      const entry = { action: 'user.created', tenant_id, actor_id: user_id, ...aboutUser(user_id), metadata: { how, role } };
      await this.audit.record(ctx, entry);
      return user;
    });
  }

  /** Finds an active user of an active tenant. */
  findActiveUser(user_id: string, tenant_id: string): Promise<UserIdentity | undefined> {
    return this.db.row(ACTIVE_USER, [user_id, tenant_id]);
  }

  /** Finds an active user, even if the tenant is suspended. */
  findActiveAccount(user_id: string, tenant_id: string): Promise<UserIdentity | undefined> {
    return this.db.row(ACTIVE_ACCOUNT, [user_id, tenant_id]);
  }

  getProfile(user_id: string, tenant_id: string): Promise<Me | undefined> {
    return this.db.row(PROFILE, [user_id, tenant_id]);
  }

  findByEmail(tenant_id: string, email: string) {
    return this.db.row(BY_EMAIL, [tenant_id, email]);
  }

  async hasAdministrator(tenant_id: string): Promise<boolean> {
    return (await this.db.row(ADMINISTRATOR, [tenant_id])) !== undefined;
  }

  async addressStatus(tenant_id: string, email: string): Promise<AddressStatus> {
    return (await this.db.row(ADDRESS_STATUS, [tenant_id, email]))!;
  }

  async findForLogin(tenant_id: string, email: string): Promise<LoginCandidate> {
    return (await this.db.row(FOR_LOGIN, [tenant_id, email]))!;
  }

  /** Stores a sign-up for 24 hours. `token_sent`: its token was sent by e-mail, so it is valid. `network`: from `networkOf`. */
  async createPending(
    token_hash: Buffer,
    account: NewAccount,
    { token_sent, network }: { token_sent: boolean; network: string },
  ): Promise<void> {
    const { user_id, tenant_id, email, password_hash, attributes } = account;
    await this.db.rows(CREATE_PENDING, [token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network]);
  }

  /** Replaces the token of the pending sign-up for an address and extends it to 24 hours. False if there is none. */
  async renewPendingToken({ tenant_id, email }: { tenant_id: string; email: string }, token_hash: Buffer): Promise<boolean> {
    return (await this.db.row(RENEW_PENDING, [tenant_id, email, token_hash])) !== undefined;
  }

  /** The pending sign-ups for the address of a link: the link's own first, then the newest ones. Empty if the link is not valid. */
  findPendingByToken(token_hash: Buffer): Promise<PendingSignup[]> {
    return this.db.acrossTenants(() => this.db.rows(PENDING_BY_TOKEN, [token_hash]));
  }
}
