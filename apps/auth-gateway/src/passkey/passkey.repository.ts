import type { PasskeyItem } from '@skep/contracts/auth';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** What a browser needs to find a passkey. */
export interface PasskeyDescriptor {
  credential_id: string;
  transports: string[];
}

/** A verified new passkey. */
export interface NewPasskey extends PasskeyDescriptor {
  id: string;
  public_key: Buffer;
  sign_count: number;
  name: string;
  backed_up: boolean;
}

/** What a signature is verified with. */
export interface StoredPasskey extends PasskeyDescriptor {
  id: string;
  account_id: string;
  tenant_id: string;
  public_key: Buffer;
  sign_count: number;
}

const MAX_PASSKEYS = 20;

const ITEM = 'id as passkey_id, name, backed_up, created_at, last_used_at';
const ADD = statement<PasskeyItem>(`
  insert into passkey (id, account_id, tenant_id, credential_id, public_key, sign_count, transports, name, backed_up)
  select $1, id, tenant_id, $3, $4, $5, $6, $7, $8 from account where id = $2 and (select count(*) from passkey where account_id = $2) < ${MAX_PASSKEYS}
  on conflict (credential_id) do nothing returning ${ITEM}`);
const DESCRIPTORS = statement<PasskeyDescriptor>('select credential_id, transports from passkey where account_id = $1 order by created_at');
const BY_CREDENTIAL = statement<StoredPasskey>(`
  select p.id, p.account_id, p.tenant_id, p.credential_id, p.public_key, p.sign_count, p.transports
    from passkey p join account a on a.id = p.account_id where p.credential_id = $1 and a.is_active`);
const RECORD_USE = statement('update passkey set sign_count = $2, backed_up = $3, last_used_at = now() where id = $1');
const LIST = statement<PasskeyItem>(`select ${ITEM} from passkey where account_id = $1 and tenant_id = $2 order by created_at, id`);
const RENAME = statement<PasskeyItem>(
  `update passkey set name = $4 where account_id = $1 and tenant_id = $2 and id = $3 returning ${ITEM}`,
);
const REMOVE = statement(`delete from passkey where account_id = $1 and tenant_id = $2 and id = $3 returning id`);

/** Passkeys of accounts. */
@Injectable()
export class PasskeyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if it is already registered, or if the user has `MAX_PASSKEYS` passkeys. */
  add(account_id: string, key: NewPasskey): Promise<PasskeyItem | undefined> {
    const { id, credential_id, public_key, sign_count, transports, name, backed_up } = key;
    return this.db.row(ADD, [id, account_id, credential_id, public_key, sign_count, transports, name, backed_up]);
  }

  listDescriptors(account_id: string): Promise<PasskeyDescriptor[]> {
    return this.db.rows(DESCRIPTORS, [account_id]);
  }

  /** Finds a passkey of an active user. Works across tenants, because the passkey identifies the user. */
  findByCredentialId(credential_id: string): Promise<StoredPasskey | undefined> {
    return this.db.acrossTenants(() => this.db.row(BY_CREDENTIAL, [credential_id]));
  }

  async recordUse(id: string, sign_count: number, backed_up: boolean): Promise<void> {
    await this.db.rows(RECORD_USE, [id, sign_count, backed_up]);
  }

  list(user_id: string, tenant_id: string): Promise<PasskeyItem[]> {
    return this.db.rows(LIST, [user_id, tenant_id]);
  }

  rename(user_id: string, tenant_id: string, passkey_id: string, name: string): Promise<PasskeyItem | undefined> {
    return this.db.row(RENAME, [user_id, tenant_id, passkey_id, name]);
  }

  async remove(user_id: string, tenant_id: string, passkey_id: string): Promise<boolean> {
    return (await this.db.row(REMOVE, [user_id, tenant_id, passkey_id])) !== undefined;
  }
}
