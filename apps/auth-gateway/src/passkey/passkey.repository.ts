import { PasskeyItem } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PasskeyEntity } from './passkey.entity.js';

/** What a browser needs to find a passkey. */
export type PasskeyDescriptor = Pick<PasskeyEntity, 'credential_id' | 'transports'>;

/** A verified new passkey. */
export type NewPasskey = Omit<PasskeyEntity, 'account_id' | 'tenant_id' | 'created_at' | 'last_used_at'>;

const MAX_PASSKEYS = 20;

const ITEM = 'id as passkey_id, name, backed_up, created_at, last_used_at';
const ADD = statement(
  `insert into passkey (id, account_id, tenant_id, credential_id, public_key, sign_count, transports, name, backed_up)
   select :id, id, tenant_id, :credential_id, :public_key, :sign_count, :transports, :name, :backed_up
     from account where id = :account_id and (select count(*) from passkey where account_id = :account_id) < ${MAX_PASSKEYS}
   on conflict (credential_id) do nothing returning ${ITEM}`,
  PasskeyItem,
);
const OF_ACTIVE_USER = statement(
  'select p.* from passkey p join account a on a.id = p.account_id where p.credential_id = :credential_id and a.is_active',
  PasskeyEntity,
);
const RECORD_USE = statement('update passkey set sign_count = :sign_count, backed_up = :backed_up, last_used_at = now() where id = :id');
const RENAME = statement(
  `update passkey set name = :name where id = :passkey_id and account_id = :user and tenant_id = :tenant returning ${ITEM}`,
  PasskeyItem,
);

/** Passkeys of accounts. */
@Injectable()
export class PasskeyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if it is already registered, or if the user has `MAX_PASSKEYS` passkeys. */
  add(account_id: string, key: NewPasskey): Promise<PasskeyItem | undefined> {
    return this.db.row(ADD, { ...key, account_id });
  }

  listOf(account_id: string): Promise<PasskeyEntity[]> {
    return this.db.repository(PasskeyEntity).find({ where: { account_id }, order: { created_at: 'ASC' } });
  }

  /** Finds a passkey of an active user. Works across tenants, because the passkey identifies the user. */
  findByCredentialId(credential_id: string): Promise<PasskeyEntity | undefined> {
    return this.db.acrossTenants(() => this.db.row(OF_ACTIVE_USER, { credential_id }));
  }

  async recordUse(id: string, sign_count: number, backed_up: boolean): Promise<void> {
    await this.db.rows(RECORD_USE, { id, sign_count, backed_up });
  }

  /** The caller's passkeys. */
  async list({ user, tenant }: Ctx): Promise<PasskeyItem[]> {
    const where = { account_id: user, tenant_id: tenant };
    const passkeys = await this.db.repository(PasskeyEntity).find({ where, order: { created_at: 'ASC', id: 'ASC' } });
    return passkeys.map((passkey) => ({ ...passkey, passkey_id: passkey.id }));
  }

  rename({ user, tenant }: Ctx, passkey_id: string, name: string): Promise<PasskeyItem | undefined> {
    return this.db.row(RENAME, { user, tenant, passkey_id, name });
  }

  /** False if the caller has no such passkey. */
  async remove({ user, tenant }: Ctx, id: string): Promise<boolean> {
    return (await this.db.repository(PasskeyEntity).delete({ id, account_id: user, tenant_id: tenant })).affected === 1;
  }

  async removeAll(account_id: string): Promise<void> {
    await this.db.repository(PasskeyEntity).delete({ account_id });
  }
}
