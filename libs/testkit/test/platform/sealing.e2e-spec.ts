import { type Database, Migration, Sealed, statement, type Tables } from '@skep/platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { type Infrastructure, openTestDatabase, startInfrastructure } from '../../src/index.js';

@Entity('login')
class Login {
  @PrimaryColumn('text') id!: string;
  @Column('text') tenant_id!: string;
  @Sealed() password!: string;
  @Sealed({ nullable: true }) pin!: string | null;
}
/** Of the installation, with an id that Postgres generates. */
@Entity('certificate')
class Certificate {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: number;
  @Sealed() private_key!: string;
}
class Logins1763769600904 extends Migration {
  readonly sql = `
    create table login (id text primary key, tenant_id text not null, password bytea not null, pin bytea);
    create table certificate (id bigint generated always as identity primary key, private_key bytea not null)`;
}

const tables = { name: 'logins', entities: [Login, Certificate], migrations: [Logins1763769600904], tenantScoped: true } satisfies Tables;
const ALL = statement('select * from login order by id', Login);
const UPSERT = statement(`
  insert into login (id, tenant_id, password) values (:id, :tenant_id, :password) on conflict (id) do update set password = :password`);

const newKey = () => randomBytes(32).toString('base64url');
const [oldKey, nextKey] = [newKey(), newKey()];
let infra: Infrastructure;
let db: Database;
const open = async (SKEP_ENCRYPTION_KEY: string, name = 'logins') =>
  openTestDatabase({ ...tables, name }, { ...(await infra.env(name)), SKEP_ENCRYPTION_KEY });
const query = (sql: string) => infra.query('logins', sql);
const logins = (database = db) => database.acrossTenants(() => database.rows(ALL));
const add = (id: string, tenant_id: string, password: string, database = db) =>
  database.acrossTenants(() => database.repository(Login).insert({ id, tenant_id, password, pin: null }));
const sealedBy = async () => (await query('select distinct sealed_by from tenant_key')).map(({ sealed_by }) => sealed_by);

beforeAll(async () => {
  infra = await startInfrastructure();
  await (await open(oldKey)).close();
});
beforeEach(async () => {
  await query('truncate login, certificate, tenant_key');
  db = await open(oldKey);
});
afterEach(() => db.close());
afterAll(() => infra?.close());

describe('a sealed column', () => {
  it('is text for repositories and statements, and bytes without the text in the table', async () => {
    await db.inTenant('a', async () => {
      const repository = db.repository(Login);
      await repository.insert([
        { id: 'a1', tenant_id: 'a', password: 'open sesame', pin: '1234' },
        { id: 'a2', tenant_id: 'a', password: 'open sesame', pin: null },
      ]);
      await repository.update({ id: 'a2', tenant_id: 'a' }, { pin: '5678' });
      await db.rows(UPSERT, await db.sealed(Login, { id: 'a3', tenant_id: 'a', password: 'mellon' }));
      expect(await repository.find({ order: { id: 'ASC' } })).toEqual(await db.rows(ALL));
      expect(await repository.findOneBy({ id: 'a2' })).toMatchObject({ password: 'open sesame', pin: '5678' });
      expect((await db.rows(ALL)).map(({ password, pin }) => [password, pin])).toEqual([
        ['open sesame', '1234'],
        ['open sesame', '5678'],
        ['mellon', null],
      ]);
    });
    const stored = await query('select password from login');
    expect(new Set(stored.map(({ password }) => (password as Buffer).toString('hex'))).size).toBe(3);
    for (const { password } of stored) expect((password as Buffer).toString('latin1')).not.toMatch(/sesame|mellon/);
  });

  it('of a table without tenants is sealed with the key of the installation', async () => {
    await db.repository(Certificate).insert({ private_key: 'secret' });
    expect(await db.repository(Certificate).find()).toMatchObject([{ private_key: 'secret' }]);
    expect(await query('select tenant_id from tenant_key')).toEqual([{ tenant_id: '' }]);
  });

  it.each([
    ['row', `update login set password = (select password from login where id = 'a1') where id = 'a2'`],
    ['tenant', `update login set tenant_id = 'b' where id = 'a1'`],
    ['column', `update login set pin = password where id = 'a1'`],
    ['byte', `update login set password = set_byte(password, 45, get_byte(password, 45) # 1) where id = 'a1'`],
  ])('does not open with another %s', async (_, sql) => {
    await add('a1', 'a', 'mine');
    await add('a2', 'a', 'theirs');
    await add('b1', 'b', 'theirs');
    expect(await logins()).toHaveLength(3);
    await query(sql);
    await expect(logins()).rejects.toThrow(/authenticate data|another key/);
  });

  it('does not open with the key of another tenant in place of its own', async () => {
    await add('a1', 'a', 'mine');
    await add('b1', 'b', 'theirs');
    await query(`delete from tenant_key where tenant_id = 'b'; update tenant_key set tenant_id = 'b' where tenant_id = 'a'`);
    const other = await open(oldKey);
    await expect(other.inTenant('b', () => other.rows(ALL))).rejects.toThrow('authenticate data');
    await other.close();
  });

  it('is refused where a repository would write or return it unsealed', async () => {
    const repository = db.repository(Login);
    for (const method of ['save', 'upsert', 'createQueryBuilder', 'findAndCount', 'query'] as const)
      expect(() => repository[method]).toThrow(`login has sealed columns: use insert, update, find or a statement instead of ${method}`);
    await expect(repository.update({ tenant_id: 'a' }, { password: 'x' })).rejects.toThrow("needs the row's id");
    await expect(repository.insert({ id: 'a1', password: 'x' })).rejects.toThrow("needs the row's tenant_id");
  });
});

describe('the key of a tenant', () => {
  it('is created once by processes that need it at the same time', async () => {
    const other = await open(oldKey);
    await Promise.all(['a1', 'a2', 'a3', 'a4'].map((id, i) => add(id, 'a', id, i % 2 ? db : other)));
    expect(await query('select tenant_id from tenant_key')).toEqual([{ tenant_id: 'a' }]);
    expect((await logins(other)).map(({ password }) => password)).toEqual(['a1', 'a2', 'a3', 'a4']);
    await other.close();
  });

  it('stays if the transaction that needed it first rolls back', async () => {
    const failing = db.transaction(async () => {
      await add('a1', 'a', 'x');
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await add('a2', 'a', 'kept');
    const other = await open(oldKey);
    expect(await logins(other)).toMatchObject([{ password: 'kept' }]);
    await other.close();
  });
});

describe('after a change of SKEP_ENCRYPTION_KEY', () => {
  it('keys are sealed again in parts while secrets are written, secrets stay as they are, and the old key is not needed any more', async () => {
    const tenants = Array.from({ length: 250 }, (_, i) => `t${i}`);
    await Promise.all(tenants.map((tenant) => db.sealing.seal({ tenant, purpose: 'test' }, tenant)));
    await add('a1', 'a', 'kept');
    const [before] = await query('select password from login');

    const changed = await open(`${nextKey},${oldKey}`);
    expect(await changed.sealing.reseal()).toEqual({ resealed: 100, remaining: 151 });
    await changed.close(); // as after a crash: what is left is found again
    const both = await open(`${nextKey},${oldKey}`);
    const notChangedYet = await open(`${oldKey},${nextKey}`);
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n++) await add(`w${n}`, `w${n % 20}`, `secret ${n}`, n % 2 ? both : notChangedYet);
    })();
    const steps = await Promise.all([both.sealing.reseal(), both.sealing.reseal()]);
    expect(steps.map(({ resealed }) => resealed)).toContain(100);
    writing = false;
    await writer;
    for (let remaining = 1; remaining > 0;) ({ remaining } = await both.sealing.reseal());
    expect(await sealedBy()).toEqual([both.sealing.keyIds![0]]);
    expect(await both.sealing.reseal()).toEqual({ resealed: 0, remaining: 0 });
    await both.close();
    await notChangedYet.close();

    const after = await open(nextKey);
    const found = await logins(after);
    expect(found.find(({ id }) => id === 'a1')).toMatchObject({ password: 'kept' });
    for (const { id, password } of found) if (id.startsWith('w')) expect(password).toBe(`secret ${id.slice(1)}`);
    expect(await query(`select password from login where id = 'a1'`)).toEqual([before]);
    await after.close();
    await expect(open(oldKey)).rejects.toThrow(/SKEP_ENCRYPTION_KEY cannot decrypt \d+ tenant keys in the database of logins/);
  });

  it('without the old key the service does not start, and says which keys it has and lacks', async () => {
    await add('a1', 'a', 'x');
    const wrong = newKey();
    const error: Error = await open(wrong).then(
      () => new Error('started'),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(
      /another key sealed them \(id [0-9a-f]{16}; .*\)\. Restore that key; .*=new,old and run npm run skep -- keys reseal/,
    );
    expect(error.message).toContain(db.sealing.keyIds![0]);
    for (const key of [wrong, oldKey]) expect(error.message).not.toContain(key);
  });

  it('a key does not open in the database of another service', async () => {
    await add('a1', 'a', 'x');
    const other = await open(oldKey, 'others');
    const [key] = await query('select id, sealed, sealed_by from tenant_key');
    await infra.query('others', `insert into tenant_key (id, tenant_id, purpose, sealed, sealed_by) values ($1, 'a', 'seal', $2, $3)`, [
      key!['id'],
      key!['sealed'],
      key!['sealed_by'],
    ]);
    await expect(other.sealing.seal({ tenant: 'a', purpose: 'test' }, 'x')).rejects.toThrow('authenticate data');
    await other.close();
  });
});

it('a service without SKEP_ENCRYPTION_KEY seals nothing', async () => {
  const without = await openTestDatabase(tables, { ...(await infra.env('logins')), SKEP_ENCRYPTION_KEY: '' });
  await expect(without.sealing.seal({ tenant: 'a', purpose: 'test' }, 'x')).rejects.toThrow('must extend SealingConfig');
  await without.close();
});
