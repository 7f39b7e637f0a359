import { CasesUser, Me, Principal } from '@skep/contracts/auth';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AccountAddress } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { randomAlphanumeric, sha256 } from '../secrets/opaque-tokens.js';
import { AccountEntity } from './account.entity.js';
import { PendingSignupRepository } from './pending-signup.repository.js';

/** The user data that access tokens contain. */
export interface UserIdentity extends Principal {
  org_id: string | null;
}

/** Data of a new account. `attributes` override the role's default attributes. */
export interface NewAccount extends AccountAddress {
  user_id: string;
  /** Null if the user signs in elsewhere only. */
  password_hash: string | null;
  /** Of a user without a password: `sso` by default. */
  auth_method?: typeof FIREBASE;
  attributes: Record<string, unknown>;
  agency_id?: string;
  /** Scopes granted and denied to the user. By default the account has exactly the role's scopes. */
  overrides?: { granted: string[]; denied: string[] };
}

/** An account with its password hash. */
export interface Credential extends AccountAddress {
  user_id: string;
  password_hash: string | null;
  /** A login asks for a second factor. */
  second_factor: boolean;
}

/** What is known about an e-mail address in a tenant. A suspended tenant does not exist here. */
export interface AddressStatus {
  tenant_exists: boolean;
  has_account: boolean;
  has_pending_signup: boolean;
}

/** The new values of all fields of a user that administrators can change. */
export type AccountChanges = Pick<
  AccountEntity,
  'id' | 'tenant_id' | 'role' | 'role_scopes' | 'granted_scopes' | 'denied_scopes' | 'attributes' | 'is_active' | 'agency_id'
>;

/** The `auth_method` of accounts that identity providers have created: they get no password. */
export const SSO = 'sso';
/** The `auth_method` of accounts that Firebase ID tokens have created: no one else signs in to them. */
export const FIREBASE = 'firebase';

/** What stands for the address of an account without one: no e-mail reaches it (RFC 2606 §2). */
const WITHOUT_ADDRESS = '@firebase.invalid';
/** @param user_id makes it unique */
export const placeholderOf = (user_id: string): string => `${user_id}${WITHOUT_ADDRESS}`;
/** The address of an account; empty for a placeholder. */
export const addressOf = ({ email }: Pick<UserIdentity, 'email'>): string => (email.endsWith(WITHOUT_ADDRESS) ? '' : email);

const IDENTITY_COLUMNS = 'id as user_id, tenant_id, email, role, scopes, org_id';
const IDENTITY = [Principal, { org_id: 'text?' }] as const;
const CREDENTIAL_COLUMNS = 'id as user_id, tenant_id, email, password_hash, second_factor';
const CREDENTIAL = { user_id: 'text', tenant_id: 'text', email: 'text', password_hash: 'text?', second_factor: 'bool' } as const;

const ACTIVE_USER = statement(
  `select ${IDENTITY_COLUMNS} from account
    where id = :user_id and tenant_id = :tenant_id and is_active and exists (select from tenant where id = :tenant_id and is_active)`,
  ...IDENTITY,
);
const TENANT = statement(
  `select tenant_id from account where id = :user_id and is_active and exists (select from tenant where id = tenant_id and is_active)`,
  { tenant_id: 'text' },
);
const PROFILE = statement(
  `select id as imperal_id, email, role, tenant_id, is_active, agency_id, org_id, auth_method, scopes, attributes, created_at, last_login, cases_user_id,
          array(select 'totp' where exists (select from totp where account_id = account.id and confirmed_at is not null)
                union all select 'passkey' where exists (select from passkey where account_id = account.id)) as factors
     from account where id = :user and tenant_id = :tenant`,
  Me,
);
const ADDRESS_STATUS = statement(
  `select exists (select from tenant where id = :tenant_id and is_active) as tenant_exists,
          exists (select from account where tenant_id = :tenant_id and email = :email) as has_account,
          exists (select from pending_signup where tenant_id = :tenant_id and email = :email and token_sent and expires_at > now()) as has_pending_signup`,
  { tenant_exists: 'bool', has_account: 'bool', has_pending_signup: 'bool' },
);
/** `user` and `password_hash` are those of an active account, `inactive_hash` that of another one, `pending_hash` that of the newest pending sign-up. */
const FOR_LOGIN = statement(
  `select case when a.is_active then to_jsonb(p) end as user, case when a.is_active then a.password_hash end as password_hash, w.password_hash as pending_hash,
          case when not a.is_active then a.password_hash end as inactive_hash
     from (select) as always
     left join account a on a.tenant_id = :tenant_id and a.email = :email
     left join lateral (select a.id as user_id, a.tenant_id, a.email, a.role, a.scopes, a.org_id, a.second_factor) p on true
     left join lateral (select password_hash from pending_signup
                         where tenant_id = :tenant_id and email = :email and expires_at > now() order by created_at desc limit 1) w on true`,
  {
    user: as<(UserIdentity & Pick<AccountEntity, 'second_factor'>) | null>('jsonb?'),
    password_hash: 'text?',
    pending_hash: 'text?',
    inactive_hash: 'text?',
  },
);
const FIND_CREDENTIAL = statement(
  `select ${CREDENTIAL_COLUMNS} from account where id = :user_id and tenant_id = :tenant_id and is_active`,
  CREDENTIAL,
);
const LOCK_CREDENTIAL = statement(
  `select ${CREDENTIAL_COLUMNS} from account where id = :user_id and is_active for no key update`,
  CREDENTIAL,
);
const LOCK_BY_PASSWORD = statement(
  `select ${IDENTITY_COLUMNS} from account
    where id = :user_id and password_hash = :password_hash and is_active and not second_factor for no key update`,
  ...IDENTITY,
);
const LOCK = statement('select * from account where tenant_id = :tenant and id = :user_id for no key update', AccountEntity);

const CREATE = statement(
  `insert into account (id, tenant_id, email, password_hash, role, role_scopes, granted_scopes, denied_scopes, attributes, agency_id,
                        auth_method)
   select :user_id, tenant_id, :email, :password_hash, name, default_scopes, :granted, :denied, default_attributes || :attributes::jsonb, :agency_id,
          case when :password_hash::text is null then coalesce(:auth_method, '${SSO}') else 'password' end
     from role where tenant_id = :tenant_id and name = :role for share
   on conflict (tenant_id, email) do nothing returning ${IDENTITY_COLUMNS}`,
  ...IDENTITY,
);
const RECORD_LOGIN = statement('update account set last_login = now() where id = :user_id');
const REPLACE_PASSWORD = statement(
  'update account set password_hash = :new_hash where id = :user_id and password_hash is not distinct from :password_hash returning id',
  { id: 'text' },
);
const SET_PASSWORD = statement(
  `update account set password_hash = :password_hash where tenant_id = :tenant_id and email = :email and is_active and auth_method = 'password'
   returning id as user_id, tenant_id`,
  { user_id: 'text', tenant_id: 'text' },
);
const CHANGE_EMAIL = statement(
  `update account set email = :email where id = :user_id and tenant_id = :tenant_id and is_active
      and not exists (select from account where tenant_id = :tenant_id and email = :email) returning id`,
  { id: 'text' },
);
const UPDATE_SECOND_FACTOR = statement(
  `update account set second_factor = exists (select from totp where account_id = :user_id and confirmed_at is not null)
                                      or exists (select from passkey where account_id = :user_id)
    where id = :user_id returning second_factor`,
  { second_factor: 'bool' },
);
const UPDATE = statement(
  `update account set role = :role, role_scopes = :role_scopes, granted_scopes = :granted_scopes, denied_scopes = :denied_scopes,
          attributes = :attributes, is_active = :is_active, agency_id = :agency_id
    where tenant_id = :tenant_id and id = :id returning *`,
  AccountEntity,
);
const CASCADE = statement(
  `with before as (
     select id, scopes from account
      where tenant_id = :tenant_id and role = :name and role_scopes is distinct from :default_scopes order by id for no key update),
   after as (
     update account a set role_scopes = :default_scopes from before b where a.id = b.id returning a.id, a.scopes, b.scopes as old_scopes)
   select count(*) filter (where scopes <> old_scopes) as users_updated,
          coalesce(array_agg(id) filter (where not scopes_cover(scopes, old_scopes)), '{}') as downgraded_user_ids
     from after`,
  { users_updated: 'int8', downgraded_user_ids: 'text[]' },
);
const SET_CASES_USER_ID = statement(
  `update account set cases_user_id = :cases_user_id
    where tenant_id = :tenant and id = :user_id and (:replace or cases_user_id is null or cases_user_id = :cases_user_id)
   returning id as imperal_id, cases_user_id`,
  CasesUser,
);
const ERASE = statement('select erase_account(:tenant, :user_id) as address', { address: 'text?' });

/** `imp_u_` and 20 digits or lower-case letters. */
export const generateUserId = () => `imp_u_${randomAlphanumeric(20, 'lower')}`;

/** Reads and writes accounts. No other class writes them. */
@Injectable()
export class AccountRepository {
  constructor(
    private readonly db: Database,
    private readonly pendingSignups: PendingSignupRepository,
    private readonly audit: Audit,
  ) {}

  /** Finds an active user of an active tenant. */
  findActiveUser(user_id: string, tenant_id: string): Promise<UserIdentity | undefined> {
    return this.db.row(ACTIVE_USER, { user_id, tenant_id });
  }

  /** Finds the tenant of an active user. */
  findTenantOf(user_id: string): Promise<{ tenant_id: string } | undefined> {
    return this.db.acrossTenants(() => this.db.row(TENANT, { user_id }));
  }

  /** The caller's own account. */
  findProfile(ctx: Ctx): Promise<Me | undefined> {
    return this.db.row(PROFILE, ctx);
  }

  findByEmail({ tenant_id, email }: AccountAddress): Promise<AccountEntity | null> {
    return this.db.repository(AccountEntity).findOneBy({ tenant_id, email });
  }

  hasAdministrator(tenant_id: string): Promise<boolean> {
    return this.db.repository(AccountEntity).existsBy({ tenant_id, role: 'admin' });
  }

  countActive(tenant_id: string): Promise<number> {
    return this.db.repository(AccountEntity).countBy({ tenant_id, is_active: true });
  }

  async addressStatus(address: AccountAddress): Promise<AddressStatus> {
    return (await this.db.row(ADDRESS_STATUS, address))!;
  }

  /** What a login needs to know about an address, whether it has an account or not. */
  async findForLogin(address: AccountAddress) {
    return (await this.db.row(FOR_LOGIN, address))!;
  }

  /** Finds an active user's account. */
  findCredential({ user, tenant }: Ctx): Promise<Credential | undefined> {
    return this.db.row(FIND_CREDENTIAL, { user_id: user, tenant_id: tenant });
  }

  /** Locks an active user's account until the transaction ends. */
  lockCredential(user_id: string): Promise<Credential | undefined> {
    return this.db.row(LOCK_CREDENTIAL, { user_id });
  }

  /**
   * Locks the account of a user who is active, still has this password hash and needs no second factor. A concurrent change of the
   * password, the factors or the scopes then revokes the session that this transaction creates.
   */
  lockByPassword(user_id: string, password_hash: string): Promise<UserIdentity | undefined> {
    return this.db.row(LOCK_BY_PASSWORD, { user_id, password_hash });
  }

  /**
   * Locks the account of a user who is active and still has the password that they proved, or still none.
   * @param proof see `proofOf`
   */
  async lockByProof(user_id: string, tenant_id: string, proof: Buffer): Promise<UserIdentity | undefined> {
    const credential = await this.lockCredential(user_id);
    if (!credential || !proofOf(credential.password_hash).equals(proof)) return undefined;
    return this.findActiveUser(user_id, tenant_id);
  }

  /** Locks a user of the caller's tenant until the transaction ends: no one else changes them, and no session is created. */
  lock({ tenant }: Ctx, user_id: string): Promise<AccountEntity | undefined> {
    return this.db.row(LOCK, { tenant, user_id });
  }

  /**
   * Creates an account and deletes all pending sign-ups for its address. Undefined if the address already has an account. Locks the role
   * until the transaction ends, so that a concurrent cascade includes the account.
   * @param how how the address was verified, for the audit log
   */
  async create(ctx: Ctx, account: NewAccount, role: string, how: string): Promise<UserIdentity | undefined> {
    const { user_id, tenant_id, agency_id, overrides = { granted: [], denied: [] } } = account;
    return this.db.transaction(async () => {
      const user = await this.db.row(CREATE, { ...account, ...overrides, role, agency_id, auth_method: account.auth_method });
      if (!user) return undefined;
      await this.pendingSignups.deleteAll(account);
      const entry = { action: 'user.created', tenant_id, actor_id: user_id, ...aboutUser(user_id), metadata: { how, role } };
      await this.audit.record(ctx, entry);
      return user;
    });
  }

  async recordLogin(user_id: string): Promise<void> {
    await this.db.rows(RECORD_LOGIN, { user_id });
  }

  /** False if the password was changed in the meantime. */
  async replacePassword({ user_id, password_hash }: Credential, new_hash: string): Promise<boolean> {
    return (await this.db.row(REPLACE_PASSWORD, { user_id, password_hash, new_hash })) !== undefined;
  }

  /** Undefined if the address has no active account. */
  setPassword({ tenant_id, email }: AccountAddress, password_hash: string) {
    return this.db.row(SET_PASSWORD, { tenant_id, email, password_hash });
  }

  /** Changes the address of an active account and deletes pending sign-ups for it. False if the address is taken. */
  async changeEmail(user_id: string, address: AccountAddress): Promise<boolean> {
    const { tenant_id, email } = address;
    if (!(await this.db.row(CHANGE_EMAIL, { user_id, tenant_id, email }))) return false;
    await this.pendingSignups.deleteAll(address);
    return true;
  }

  /** Updates `second_factor` after a change of the user's factors, and returns it. */
  async updateSecondFactor(user_id: string): Promise<boolean> {
    return (await this.db.row(UPDATE_SECOND_FACTOR, { user_id }))?.second_factor ?? false;
  }

  async update(changes: AccountChanges): Promise<AccountEntity> {
    return (await this.db.row(UPDATE, changes))!;
  }

  /** Gives the role's scopes to all its users. Returns how many users' scopes changed, and the ids of the users who lost scopes. */
  async cascade({ tenant_id, name, default_scopes }: { tenant_id: string; name: string; default_scopes: string[] }) {
    return (await this.db.row(CASCADE, { tenant_id, name, default_scopes }))!;
  }

  /** Undefined if the user is not found, or if they have another id and `replace` is false. */
  setCasesUserId({ tenant }: Ctx, user_id: string, cases_user_id: number, replace: boolean): Promise<CasesUser | undefined> {
    return this.db.row(SET_CASES_USER_ID, { tenant, user_id, cases_user_id, replace });
  }

  /** Deletes all personal data of a user and returns their e-mail address; see sql/erase_account.sql. */
  async erase({ tenant }: Ctx, user_id: string): Promise<string | null> {
    return (await this.db.row(ERASE, { tenant, user_id }))!.address;
  }
}

/** Proves that an account still has the password that it had: SHA-256 of its hash. @param password_hash null for an account without one */
export const proofOf = (password_hash: string | null): Buffer => sha256(password_hash ?? '');
