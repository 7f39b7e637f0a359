import { bytesLeft } from '@skep/testkit';
import { quiet } from '../cpu.ts';
import { connected } from '../database.ts';
import { fill } from '../growth/fill.ts';
import { checkRoutes, type Route, routesOf } from '../growth/routes.ts';
import { FEW, missing, scaled } from '../growth/sizes.ts';
import { createWorld, type World } from '../growth/world.ts';
import { flood, type Load } from '../load.ts';
import type { Column, Measurement, Row, Table, Target } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import { isMet } from '../report.ts';
import { type ServiceName, type Skep, startSkep } from '../skep.ts';
import { median } from '../statistics.ts';

const CONNECTIONS = 8;
/** How much slower a route may be with many rows. */
const BOUNDS = { p50: 1.3, p99: 1.5 };
const CALLS = 40;
const MEMORY_MS = 500;
const QUIET_MS = 3_000;

export const description = 'whether routes stay as fast with a million rows as with few: about a quarter of an hour, only if it is named';
export const onlyByName = true;

/** One of the two Skeps. */
interface Side {
  skep: Skep;
  world: World;
  routes: Record<string, Route>;
  memory: Memory;
}

/** Milliseconds, and their ratios: medians over the rounds. */
interface Growth extends Row {
  few: Pick<Load, 'p50' | 'p99'>;
  many: Pick<Load, 'p50' | 'p99'>;
  ratio: Pick<Load, 'p50' | 'p99'>;
}

const COLUMNS: Column<Growth>[] = [
  { head: 'p50 few', value: ({ few }) => few.p50, digits: 1 },
  { head: 'many', value: ({ many }) => many.p50, digits: 1 },
  { head: '×', value: ({ ratio }) => ratio.p50, digits: 2 },
  { head: 'p99 few', value: ({ few }) => few.p99, digits: 1 },
  { head: 'many', value: ({ many }) => many.p99, digits: 1 },
  { head: '×', value: ({ ratio }) => ratio.p99, digits: 2 },
  { head: 'failed', value: ({ failed }) => failed || undefined, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds, rounds, scale }) => {
  progress('growth: starting a second Skep, for the many rows …');
  const starting = startSkep({});
  skep.beforeStop(async () => (await starting).stop());
  const second = await starting;
  const few = await sideOf(skep);
  const many = await sideOf(second);
  const bytes = await bytesPerCall(few);
  // The services have run every request with few rows before: plans that they keep must suit many rows too.
  await fill(second, missing(scaled(scale), FEW), many.world);
  await checkRoutes(second.url, many.routes);

  const results = await measure(few, many, { seconds: seconds / 4, rounds });
  const sizes = { few: await databaseSizes(skep), many: await databaseSizes(second) };
  return {
    title: `Milliseconds with few and with many rows (${scale === 1 ? 'full size' : `scale ${scale}`}), ${CONNECTIONS} connections`,
    results,
    columns: COLUMNS,
    targets: missedTargets(results),
    details: [
      bytes,
      tableOf('Resident memory, MiB, with few rows', few.memory.readings),
      tableOf('Resident memory, MiB, with many rows', many.memory.readings),
      tableOf('Size of the databases, MiB', Object.entries(sizes)),
    ],
  };
};

/** Fills in few rows. */
async function sideOf(skep: Skep): Promise<Side> {
  const world = await createWorld(skep);
  await fill(skep, missing(FEW), world);
  const routes = await routesOf(skep, world, CONNECTIONS);
  await checkRoutes(skep.url, routes);
  return { skep, world, routes, memory: new Memory(skep) };
}

/** Only those that are missed: most are met, and the table has all ratios. */
const missedTargets = (results: Record<string, Growth>): Target[] =>
  Object.entries(results)
    .flatMap(([name, { ratio }]) =>
      (['p50', 'p99'] as const).map((p) => ({ name: `${name}: ${p}, many rows / few`, value: ratio[p], atMost: BOUNDS[p] })),
    )
    .filter((target) => !isMet(target));

/**
 * Measures each route with few and with many rows, one directly after the other, so that other load on the machine affects both. The first
 * round only warms up.
 */
async function measure(few: Side, many: Side, { seconds, rounds }: { seconds: number; rounds: number }): Promise<Record<string, Growth>> {
  const taken = Object.keys(few.routes).map((name) => ({ name, loads: [] as { few: Load; many: Load }[] }));
  const memories = [few.memory, many.memory];
  for (const memory of memories) memory.begin();
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    for (const { name, loads } of taken) {
      const length = round ? seconds : seconds / 2;
      const load = { few: await measureRoute(few, name, length), many: await measureRoute(many, name, length) };
      if (round) loads.push(load);
    }
    progress(`growth: ${round ? `round ${round} of ${rounds}` : 'warm-up'}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  for (const memory of memories) memory.end();
  return Object.fromEntries(taken.map(({ name, loads }) => [name, summary(loads)]));
}

async function measureRoute({ skep: { url, pids }, routes }: Side, name: string, seconds: number): Promise<Load> {
  const { request, before } = routes[name]!;
  await before?.();
  const load = await flood({ url, requests: [request], seconds, connections: CONNECTIONS });
  await quiet(pids, QUIET_MS); // the end of a round interrupts slow requests, but not their work
  return load;
}

function summary(rounds: { few: Load; many: Load }[]): Growth {
  const middle = (value: (round: { few: Load; many: Load }, p: 'p50' | 'p99') => number) => ({
    p50: median(rounds.map((round) => value(round, 'p50'))),
    p99: median(rounds.map((round) => value(round, 'p99'))),
  });
  const loads = rounds.flatMap(({ few, many }) => [few, many]);
  return {
    few: middle(({ few }, p) => few[p]),
    many: middle(({ many }, p) => many[p]),
    ratio: middle(({ few, many }, p) => many[p] / few[p]),
    failed: loads.reduce((sum, { failed }) => sum + failed, 0),
    failure: loads.find(({ failure }) => failure)?.failure,
  };
}

type Bytes = Row & { bytes: number };

/** What a call leaves in all tables. */
async function bytesPerCall({ skep, world: { busy, app_id, document_id } }: Side): Promise<Table> {
  const query = (service: string, sql: string) =>
    connected(
      skep.databases[service as ServiceName].ownerUrl,
      async (client) => (await client.query(sql)).rows as Record<string, unknown>[],
      '-c skep.tenant=*',
    );
  const results: Record<string, Bytes> = {};
  for (const [name, fn] of [
    ['a free call', 'find'],
    ['a priced call', 'paid'],
  ] as const) {
    const left = await bytesLeft(query, async () => {
      for (let i = 0; i < CALLS; i++) await busy.caller.call(app_id, fn, { id: document_id });
    });
    results[name] = { bytes: left.reduce((sum, [, bytes]) => sum + bytes, 0) / CALLS };
  }
  const columns: Column<Bytes>[] = [{ head: 'bytes', value: ({ bytes }) => bytes, digits: 0 }];
  return { title: 'Bytes that a call leaves in all tables, without indexes', results, columns };
}

/** MiB, by column. */
type Mebibytes = Row & { mib: number[] };

const tableOf = (title: string, columns: [head: string, mib: Record<string, number>][]): Table => {
  const names = Object.keys(columns[0]?.[1] ?? {});
  const results = Object.fromEntries(names.map((name): [string, Mebibytes] => [name, { mib: columns.map(([, mib]) => mib[name] ?? 0) }]));
  const cells = columns.map(([head], i): Column<Mebibytes> => ({ head, value: ({ mib }) => mib[i], digits: 0 }));
  return { title, results, columns: cells };
};

/** The size of each database. */
const databaseSizes = ({ postgresUrl, databases }: Skep): Promise<Record<string, number>> =>
  connected(postgresUrl, async (client) => {
    const { rows } = await client.query<{ datname: string; mib: number }>(
      'select datname, pg_database_size(oid) / 1048576.0::float8 as mib from pg_database',
    );
    const sizeOf = (url: string) => rows.find(({ datname }) => `/${datname}` === new URL(url).pathname)?.mib ?? 0;
    return Object.fromEntries(Object.entries(databases).map(([service, { url }]) => [service, sizeOf(url)]));
  });

/** The resident memory of the services and of NATS over time. That of Postgres is mostly its cache, counted once per connection. */
class Memory {
  readonly readings: [when: string, memory: Record<string, number>][] = [];
  private readonly pids: Record<string, number>;
  private timer?: NodeJS.Timeout;

  constructor({ pids: { postgres: _, ...pids } }: Skep) {
    this.pids = pids;
  }

  begin(): void {
    const highest = this.read();
    this.readings.push(['before', this.read()], ['highest', highest]);
    this.timer = setInterval(() => {
      for (const [name, memory] of Object.entries(this.read())) highest[name] = Math.max(highest[name] ?? 0, memory);
    }, MEMORY_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.readings.push(['after', this.read()]);
  }

  private read(): Record<string, number> {
    return residentMemory(this.pids);
  }
}
