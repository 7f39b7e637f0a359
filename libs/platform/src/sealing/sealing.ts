import { LRUCache } from 'lru-cache';
import { createHmac, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { as, statement, type Statement, type Values } from '../statement.js';
import { decrypt, encrypt } from './cipher.js';
import { deriveKey, type EncryptionKeys } from './encryption-keys.js';

/** Where a secret is. It opens only there. */
export interface Place {
  /** Whose key seals it; '' for the installation. */
  tenant: string;
  /** What it is: `table.column`, or another purpose. */
  purpose: string;
  /** The primary key of its row, if it is known before the insert. */
  row?: readonly unknown[];
}

/** How keys are read and written: `Database`. */
export interface KeyDatabase {
  rows<Row extends object>(statement: Statement<Row>, values?: Values): Promise<Row[]>;
  transaction<T>(work: () => Promise<T>, options?: { apart?: boolean }): Promise<T>;
  acrossTenants<T>(work: () => Promise<T>): Promise<T>;
}

/** What one call of `Sealing.reseal` did. */
export interface Resealed {
  resealed: number;
  /** How many tenant keys another key than the first one still seals. */
  remaining: number;
}

type KeyPurpose = 'seal' | 'derive';

interface TenantKey {
  id: string;
  bytes: Buffer;
  key: KeyObject;
}

const COLUMNS = { id: 'uuid', tenant_id: 'text', purpose: as<KeyPurpose>('text'), sealed: 'bytea', sealed_by: 'text' } as const;
const FIND = statement(
  'select id, tenant_id, purpose, sealed, sealed_by from tenant_key where tenant_id = :tenant and purpose = :purpose',
  COLUMNS,
);
type TenantKeyRow = NonNullable<typeof FIND.row>;
const ADD = statement(`
  insert into tenant_key (id, tenant_id, purpose, sealed, sealed_by) values (:id, :tenant, :purpose, :sealed, :sealed_by)
  on conflict (tenant_id, purpose) do nothing`);
const UNKNOWN = statement(
  'select sealed_by, count(*)::int as keys from tenant_key where sealed_by <> all(:known::text[]) group by sealed_by order by 1',
  { sealed_by: 'text', keys: 'int4' },
);
const SEALED_BY_OTHERS = statement(
  `select id, tenant_id, purpose, sealed, sealed_by from tenant_key where sealed_by = any(:others::text[])
    order by sealed_by limit :at_most for update skip locked`,
  COLUMNS,
);
const RESEAL = statement('update tenant_key set sealed = :sealed, sealed_by = :sealed_by where id = :id');
const REMAINING = statement('select count(*)::int as remaining from tenant_key where sealed_by <> :first', { remaining: 'int4' });

const KEY_BYTES = 32;
const ID_BYTES = 16;
/** Keys in memory, opened; about 300 bytes each. */
const CACHED = 1_000;
/** Keys that one call of `reseal` seals again. */
const RESEALED_AT_ONCE = 100;

/**
 * Seals secrets with AES-256-GCM under a key per tenant, which is itself sealed by SKEP_ENCRYPTION_KEY. After a change of that only the tenant
 * keys are sealed again, not the secrets. A tenant's key is created with its first secret, and never changes.
 */
export class Sealing {
  private readonly opened = new LRUCache<string, TenantKey, Pick<TenantKeyRow, 'tenant_id' | 'purpose'>>({
    max: CACHED,
    ignoreFetchAbort: true,
    fetchMethod: (_name, _stale, { context }) => this.load(context.tenant_id, context.purpose),
  });

  /** @param keys undefined in a service whose configuration is no `SealingConfig` */
  constructor(
    private readonly db: KeyDatabase,
    private readonly keys: EncryptionKeys | undefined,
  ) {}

  /** @throws Error if a key of SKEP_ENCRYPTION_KEY is missing */
  async check(service: string): Promise<void> {
    if (!this.keys) return;
    const known = this.keyIds;
    const [unknown] = await this.db.acrossTenants(() => this.db.rows(UNKNOWN, { known }));
    if (unknown)
      throw new Error(
        `SKEP_ENCRYPTION_KEY cannot decrypt ${unknown.keys} tenant keys in the database of ${service}: another key sealed them (id ` +
          `${unknown.sealed_by}; the ids of the configured keys: ${known!.join(', ')}). Restore that key; to change it set SKEP_ENCRYPTION_KEY=new,old and run npm run skep -- keys reseal.`,
      );
  }

  /** The ids of the keys of SKEP_ENCRYPTION_KEY: the first one seals. Undefined in a service that seals nothing. */
  get keyIds(): string[] | undefined {
    return this.keys?.all.map(({ id }) => id);
  }

  /** Encrypts. Returns the id of the tenant's key, nonce, tag and ciphertext. */
  async seal(place: Place, plain: string): Promise<Buffer> {
    const { id, key } = await this.tenantKey(place.tenant, 'seal');
    return Buffer.concat([idBytes(id), encrypt(key, Buffer.from(plain), contextOf(place, id))]);
  }

  /**
   * Decrypts what `seal` returned. @param legacy the purpose under which release 0.1.0 sealed it
   * @throws Error if it was sealed for another place, or was altered
   */
  async open(place: Place, sealed: Buffer, legacy?: string): Promise<string> {
    const { id, key } = await this.tenantKey(place.tenant, 'seal');
    if (sealed.subarray(0, ID_BYTES).equals(idBytes(id))) return decrypt(key, sealed.subarray(ID_BYTES), contextOf(place, id)).toString();
    if (!legacy) throw new Error(`This secret (${place.purpose}) was sealed with another key than that of its tenant.`);
    return decrypt(await this.purposeKey(legacy), sealed, '').toString();
  }

  /** Returns 32 bytes that depend on the installation, the purpose and the text (HMAC-SHA-256); the same input gives the same bytes. */
  async derive(purpose: string, from: string): Promise<Buffer> {
    return createHmac('sha256', await this.purposeKey(purpose))
      .update(from)
      .digest();
  }

  /** Seals up to a hundred tenant keys with the first key of SKEP_ENCRYPTION_KEY. Several processes may do it at the same time. */
  reseal(): Promise<Resealed> {
    const { all, first } = this.requireKeys();
    const others = all.slice(1).map(({ id }) => id);
    return this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        const found = await this.db.rows(SEALED_BY_OTHERS, { others, at_most: RESEALED_AT_ONCE });
        for (const row of found) {
          const sealed = first.wrap(this.unwrap(row), wrapContext(row));
          await this.db.rows(RESEAL, { id: row.id, sealed, sealed_by: first.id });
        }
        const [state] = await this.db.rows(REMAINING, { first: first.id });
        return { resealed: found.length, remaining: state!.remaining };
      }),
    );
  }

  /**
   * Creates the key of `derive`, if there is none. In a database of release 0.1.0 it is the SKEP_ENCRYPTION_KEY of then.
   * @param legacy something that release 0.1.0 sealed, and its purpose
   * @throws Error if SKEP_ENCRYPTION_KEY cannot decrypt it
   */
  async createDeriveKey(legacy: { purpose: string; sealed: Buffer } | undefined): Promise<void> {
    if (await this.find('', 'derive')) return;
    const sealer =
      legacy && this.requireKeys().all.find(({ bytes }) => canDecrypt(deriveKey(bytes, purposeInfo(legacy.purpose)), legacy.sealed));
    if (legacy && !sealer)
      throw new Error('SKEP_ENCRYPTION_KEY cannot decrypt the secrets in this database: they were encrypted with another key.');
    await this.create('', 'derive', sealer?.bytes ?? randomBytes(KEY_BYTES));
  }

  private async purposeKey(purpose: string): Promise<KeyObject> {
    return deriveKey((await this.tenantKey('', 'derive')).bytes, purposeInfo(purpose));
  }

  private requireKeys(): EncryptionKeys {
    if (!this.keys) throw new Error('This service seals secrets, so its configuration must extend SealingConfig.');
    return this.keys;
  }

  private async tenantKey(tenant_id: string, purpose: KeyPurpose): Promise<TenantKey> {
    return (await this.opened.fetch(`${purpose} ${tenant_id}`, { context: { tenant_id, purpose } }))!;
  }

  private async load(tenant: string, purpose: KeyPurpose): Promise<TenantKey> {
    return (await this.find(tenant, purpose)) ?? (await this.create(tenant, purpose, randomBytes(KEY_BYTES)));
  }

  private async find(tenant: string, purpose: KeyPurpose): Promise<TenantKey | undefined> {
    const [row] = await this.db.acrossTenants(() => this.db.rows(FIND, { tenant, purpose }));
    if (!row) return undefined;
    const bytes = this.unwrap(row);
    return { id: row.id, bytes, key: deriveKey(bytes, 'skep: secrets') };
  }

  /** Creates the key, unless another process has. In a transaction of its own: what is sealed with it must not outlive it. */
  private async create(tenant_id: string, purpose: KeyPurpose, bytes: Buffer): Promise<TenantKey> {
    const { first } = this.requireKeys();
    const id = randomUUID();
    const sealed = first.wrap(bytes, wrapContext({ id, tenant_id, purpose }));
    const values = { id, tenant: tenant_id, purpose, sealed, sealed_by: first.id };
    await this.db.acrossTenants(() => this.db.transaction(() => this.db.rows(ADD, values), { apart: true }));
    return (await this.find(tenant_id, purpose))!;
  }

  private unwrap(row: TenantKeyRow): Buffer {
    const key = this.requireKeys().find(row.sealed_by);
    if (!key)
      throw new Error(`SKEP_ENCRYPTION_KEY does not contain the key ${row.sealed_by}, which sealed a tenant key. Set it to new,old.`);
    return key.unwrap(row.sealed, wrapContext(row));
  }
}

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const contextOf = ({ tenant, purpose, row = [] }: Place, keyId: string): string =>
  JSON.stringify([keyId, tenant, purpose, ...row.map(String)]);
const wrapContext = ({ id, tenant_id, purpose }: Pick<TenantKeyRow, 'id' | 'tenant_id' | 'purpose'>): string =>
  JSON.stringify([id, tenant_id, purpose]);
const canDecrypt = (key: KeyObject, sealed: Buffer): boolean => {
  try {
    return Boolean(decrypt(key, sealed, ''));
  } catch {
    return false;
  }
};
/** As in release 0.1.0, whose data it opens. */
const purposeInfo = (purpose: string): string => `skep auth: ${purpose}`;
