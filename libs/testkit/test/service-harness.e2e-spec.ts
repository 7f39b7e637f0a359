import { NotFound } from '@skep/contracts';
import { type Env, Migration, type RunningProcess, statement, tablesOf } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { codeOf, startInfrastructure, startService, asUser, problemOf, schemaFaults, waitUntil } from '../src/index.js';
import { echo, service, startEcho } from './platform/echo/main.js';

/** Whether the database, the folder and the nats-server of an environment exist. */
async function findRemains({ DATABASE_URL, SKEP_DATA, NATS_URL }: Env): Promise<boolean[]> {
  const infra = await startInfrastructure();
  try {
    const found = await infra.query('any', 'select 1 from pg_database where datname = $1', [new URL(DATABASE_URL!).pathname.slice(1)]);
    const { hostname, port } = new URL(NATS_URL!);
    const listens = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    return [found.length > 0, existsSync(SKEP_DATA!), listens];
  } finally {
    await infra.close();
  }
}
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('a closed harness leaves nothing, whatever the test left running, and may be closed twice', async () => {
  const harness = await startService('echo', startEcho);
  await harness.startCopy();
  const app = await harness.infra.startApp('registry');
  process.kill(app.pid, 'SIGSTOP');
  expect(await findRemains(harness.env)).toEqual([true, true, true]);
  await harness.close();
  await harness.close();
  expect(await findRemains(harness.env)).toEqual([false, false, false]);
  expect(isRunning(app.pid)).toBe(false);
});

it('a harness that does not start leaves nothing', async () => {
  let given: Env = {};
  const failing = (env: Env): Promise<RunningProcess> => {
    given = env;
    throw new Error('planted');
  };
  await expect(startService('echo', failing, { beside: ['registry'] })).rejects.toThrow('planted');
  expect(await findRemains(given)).toEqual([false, false, false]);
});

it('a harness closes after its nats-server has died', async () => {
  const harness = await startService('echo', startEcho);
  await harness.infra.nats.kill();
  await harness.close();
  expect(await findRemains(harness.env)).toEqual([false, false, false]);
});

it('the error of an app that cannot start contains its output', async () => {
  const infra = await startInfrastructure();
  try {
    await expect(infra.startApp('registry', { NATS_URL: '' })).rejects.toThrow(/registry exited before it was ready:[^]*NATS_URL/);
  } finally {
    await infra.close();
  }
});

it('a restarted service keeps its data, and consumes an event once that was published twice', async () => {
  const harness = await startService('echo', startEcho);
  try {
    const { id } = await harness.call(echo.addNote, asUser('ada'), { text: 'kept', stars: 3 });
    await harness.restart();
    const [kept] = await harness.call(echo.listNotes, asUser('ada'), {});
    expect(kept).toMatchObject({ id, text: 'kept', author: 'imp_u_ada' });
    await waitUntil('its event', async () => (await harness.call(echo.count, asUser('ada'), {})).consumed === 1);
    const eventId = await harness.publish(echo.noteAdded, kept!);
    await harness.publish(echo.noteAdded, kept!, { id: eventId });
    await harness.publish(echo.noteAdded, kept!);
    await waitUntil('the other events', async () => (await harness.call(echo.count, asUser('ada'), {})).consumed >= 3);
    expect(await harness.call(echo.count, asUser('ada'), {})).toEqual({ notes: 1, consumed: 3 });
    await harness.stop();
    expect(await codeOf(harness.call(echo.count, asUser('ada'), {}))).toBe('unavailable');
  } finally {
    await harness.close();
  }
});

it('problemOf returns problems only', async () => {
  expect(await problemOf(Promise.reject(NotFound('gone')))).toMatchObject({ body: { status: 404, detail: 'gone' } });
  await expect(problemOf(Promise.resolve({ fine: true }))).rejects.toThrow('answered {"fine":true}');
  await expect(problemOf(Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
});

@Entity('jar')
class Jar {
  @PrimaryColumn('bigint') id: number;
  @Column('text') label: string;
  @Index('jar_opened_at') @Column('timestamptz', { nullable: true }) opened_at: Date | null;
}
const jars = (sql: string) =>
  class Jars1763769600999 extends Migration {
    readonly sql = sql;
  };

it.each([
  ['nothing if they match', 'label text not null, opened_at timestamptz); create index jar_opened_at on jar (opened_at', []],
  ['a nullable column', 'label text, opened_at timestamptz); create index jar_opened_at on jar (opened_at', [/label.*NOT NULL/i]],
  ['a missing index', 'label text not null, opened_at timestamptz', [/CREATE INDEX "jar_opened_at"/]],
  ['a missing column', 'label text not null', [/ADD "opened_at"/, /CREATE INDEX "jar_opened_at"/]],
])('the drift between entities and migrations is %s', async (_, columns, expected) => {
  const migrations = [jars(`create table jar (id bigint primary key, ${columns})`)];
  expect(await schemaFaults({ name: 'jars', entities: [Jar], migrations }, [])).toEqual(
    expected.map((line) => expect.stringMatching(line)),
  );
});

// Before the test that declares wrong statements, which all tests of this file share.
it('a service whose code fits its database has no faults', async () => expect(await schemaFaults(await tablesOf(service))).toEqual([]));

it('the columns of each statement are compared with its shapes', async () => {
  const migrations = [jars('create table jar (id bigint primary key, label text not null, opened_at timestamptz, kinds text[])')];
  const checked = [
    statement('select * from jar where id = :id', { id: 'int8', label: 'text', opened_at: 'timestamptz?', kinds: 'text[]?' }),
    statement('select id, label from jar', { label: 'timestamptz', size: 'int4' }),
    statement('select lable from jar'),
  ];
  const faults = await schemaFaults({ name: 'jars', entities: [], migrations }, checked);
  expect(faults).toEqual([
    'the column label is text, not timestamp with time zone: select id, label from jar',
    'the statement returns no column size: select id, label from jar',
    'no shape has the column id: select id, label from jar',
    'error: column "lable" does not exist: select lable from jar',
  ]);
});
