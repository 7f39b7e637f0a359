import { waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Reader } from './streams/reader.js';
import { said, useTurns, WORDS, wordsOfAll } from './turns.js';

const TURNS = 3;
const END_MS = 90_000;
const ENDS = ['done', 'error'];

const turns = useTurns();
let databases: string[];

beforeAll(async () => {
  const { infra } = turns.skep;
  const [{ name }] = (await infra.query('agent', 'select current_database() as name')) as [{ name: string }];
  const named = `select datname from pg_database where datname like '${name.replace(/agent$/, '')}%'`;
  databases = (await infra.query('agent', named)).map(({ datname }) => String(datname));
});

const talks = () => turns.talks(TURNS);
/** Reads to the end of the turn, also if the stream is interrupted: a client then comes back with the id of its last event. */
async function readOn(reader: Reader, id: string): Promise<string> {
  await reader.end(END_MS);
  if (ENDS.includes(reader.events.at(-1)?.event ?? '')) return said(reader);
  const back = await waitUntil('the stream to open again', () => again(id, reader.lastId).catch(() => undefined), END_MS);
  return said(reader) + (await readOn(back, id));
}
const again = (id: string, lastId: string | undefined) =>
  Reader.open(turns.streamOf(id), turns.bob.access, lastId === undefined ? {} : { lastId });

const answers = async (id: string) =>
  (await turns.skep.infra.query('agent', `select content from message where conversation_id = $1 and role = 'assistant'`, [id])).map(
    ({ content }) => String(content),
  );
const runsOf = (ids: string[]) =>
  turns.skep.infra.query('agent', `select status, ended_at from run where kind = 'agent.turn' and input->>'conversation_id' = any($1)`, [
    ids,
  ]);
const allEnded = (ids: string[]) =>
  waitUntil('all turns to end', async () => (await runsOf(ids)).every(({ ended_at }) => ended_at !== null), END_MS);
const successes = async (ids: string[]) => {
  const successful = `select 1 from message where conversation_id = any($1) and metadata @> '{"tools": [{"success": true}]}'`;
  return (await turns.skep.infra.query('agent', successful, [ids])).length;
};
const answered = (status: number) =>
  waitUntil(`status ${status}`, async () => (await turns.ask('GET', '/api/conversations')).status === status, END_MS);

/** All databases of this installation lose their connections and refuse others, as after a crash of Postgres. */
async function losePostgres(): Promise<void> {
  await Promise.all(databases.map((name) => turns.skep.infra.asAdmin(`alter database "${name}" allow_connections false`)));
  await turns.skep.infra.asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = any('{${databases.join()}}')`);
}
const returnPostgres = () =>
  Promise.all(databases.map((name) => turns.skep.infra.asAdmin(`alter database "${name}" allow_connections true`)));

const OUTAGES = [
  { of: 'Postgres', lose: losePostgres, giveBack: returnPostgres },
  { of: 'NATS', lose: () => turns.skep.infra.nats.kill(), giveBack: () => turns.skep.infra.nats.start() },
];

describe.each(OUTAGES)('when $of dies while turns are in progress', ({ lose, giveBack }) => {
  const fail = async () => {
    await lose();
    await answered(503);
    await giveBack();
    await answered(200);
  };

  it('each turn ends once, and keeps what had been shown of it', async () => {
    const ids = await talks();
    const readers = await Promise.all(ids.map(turns.begin));
    await wordsOfAll(readers);
    const before = readers.map(({ lastId }) => lastId);
    const beginning = readers.map(said);
    await fail();
    const all = await Promise.all(readers.map((reader, n) => readOn(reader, ids[n]!)));
    await allEnded(ids);
    for (const [n, id] of ids.entries()) {
      const [answer, ...more] = await answers(id);
      expect([more, answer, WORDS.startsWith(answer!), answer!.startsWith(beginning[n]!)]).toEqual([[], all[n], true, true]);
      expect(beginning[n]! + (await readOn(await again(id, before[n]), id))).toBe(answer);
    }
    expect((await runsOf(ids)).map(({ status }) => status)).toEqual(ids.map(() => 'done'));
  });

  it('no tool has its effect twice', async () => {
    turns.useTool();
    const [ids, before] = [await talks(), await turns.links()];
    const readers = await Promise.all(ids.map(turns.begin));
    await waitUntil('the first call', () => turns.model.asked.length > 0);
    await fail();
    const all = await Promise.all(readers.map((reader, n) => readOn(reader, ids[n]!)));
    await allEnded(ids);
    expect(await Promise.all(ids.map(answers))).toEqual(all.map((text) => [text]));
    expect((await runsOf(ids)).map(({ status }) => status)).toEqual(ids.map(() => 'done'));
    // A call whose answer was lost may have had its effect.
    const made = (await turns.links()) - before;
    expect([made <= TURNS, made >= (await successes(ids))]).toEqual([true, true]);
  });
});
