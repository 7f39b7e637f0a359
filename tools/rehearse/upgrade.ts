// Upgrades a running Skep from an earlier commit to this checkout, service by service, under load. No request may fail, and nothing may be lost.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { client, logIn } from '../bench/client.ts';
import { callerOf, deployApp, keepNote, notesIr } from '../bench/notes-app.ts';
import { updateStream } from '../cli/run-as-operator.ts';
import { Fault, messageOf, run } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { step } from '../setup/progress.mjs';
import { stopAsked, stopSignal } from '../setup/stop-signal.mjs';
import { createDatabases } from '../start/databases.ts';
import { startNats } from '../start/nats.ts';
import { startPostgres } from '../start/postgres.ts';
import { loadSecrets } from '../start/secrets.ts';
import { services } from '../start/services.mjs';
import { type Common, type Copy, Release } from './release.ts';
import { countRows, countUnsent } from './rows.ts';
import { type Kind, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const withDatabase = services.filter(({ database }) => database).map(({ name }) => name);
const GATEWAY = 'api-gateway';
/** A load balancer needs a second one while the first is replaced. */
const GATEWAYS = 2;
const APP = 'bench-notes';
const QUIET_MS = 3_000;
const SHOWN_FAILURES = 5;

await run(async () => {
  const { commit, rate } = readOptions();
  const folder = mkdtempSync(join(tmpdir(), 'skep-upgrade-'));
  const ends: (() => unknown)[] = [
    () => execFileSync('git', ['-C', ROOT, 'worktree', 'prune']),
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  ];
  try {
    return await Promise.race([rehearse(folder, commit, rate, ends), stopAsked.then(() => 130)]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
});
if (stopSignal.aborted) process.exit(); // the interrupted rehearsal still runs

function readOptions() {
  const options = { from: { type: 'string' }, rate: { type: 'string', default: '300' } } as const;
  const { from, rate: given } = parseArgs({ options }).values;
  const rate = Number(given);
  if (!Number.isInteger(rate) || rate < 1) throw new Fault(`--rate must be an integer from 1, not ${given}.`);
  const git = (...args: string[]) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' }).trim();
  // By default the upgrade crosses the newest migration.
  const commit = git('rev-parse', '--short', from ?? `${git('log', '-1', '--format=%H', '--', 'deploy/migrations.json')}^`);
  return { commit, rate };
}

/** Prints what was checked, and returns the exit code. */
async function rehearse(folder: string, commit: string, rate: number, ends: (() => unknown)[]): Promise<number> {
  const former = await step(`Building the release ${commit}`, () => Release.checkOut(commit, join(folder, 'release')));
  const common = await startServers(folder, ends);
  const copies: Copy[] = [];
  ends.push(() => Promise.all(copies.map((copy) => copy.stop())));
  const start = async (release: Release, name: string) => void copies.push(await release.start(name, common));
  await step(`Starting ${former.name}`, async () => {
    await Promise.all(withDatabase.filter((name) => former.has(name)).map((name) => start(former, name)));
    for (let n = 0; n < GATEWAYS; n++) await start(former, GATEWAY);
  });
  const gateways = () => copies.filter(({ name }) => name === GATEWAY);
  const { token, kinds, documents } = await prepareRequests(gateways()[0]!.url, common);
  const before = await documents();

  const load = new SteadyLoad(gateways, kinds, rate, token);
  const began = Date.now();
  await sleep(QUIET_MS);
  const { current } = Release;
  await step('Updating the stream of events', () => updateStream(common.natsUrl, common.secrets));
  await step('Migrating the databases', async () => {
    for (const name of withDatabase) await current.migrate(name, common);
  });
  await sleep(QUIET_MS);
  const replace = async (name: string) => {
    const oldest = copies.findIndex((copy) => copy.name === name);
    await start(current, name);
    if (oldest >= 0) await copies.splice(oldest, 1)[0]!.stop();
  };
  for (const name of withDatabase) await step(`Replacing ${name}`, () => replace(name));
  for (let n = 0; n < GATEWAYS; n++) await step(`Replacing ${GATEWAY}`, () => replace(GATEWAY));
  await sleep(QUIET_MS);
  await load.end();
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  const kept = (await documents()) - before;
  console.log(`${load.requests} requests in ${seconds} s, ${load.failures.length} failed; p99 ${load.p99.toFixed(0)} ms.`);
  for (const failure of load.failures.slice(0, SHOWN_FAILURES)) console.log(`  ${failure}`);
  const wanted = load.acknowledged['keep'] ?? 0;
  console.log(`${wanted} notes were acknowledged, ${kept} are kept.`);
  const drained = await until('the events to be sent', 60_000, async () => (await countUnsent(common.databases)) === 0).then(
    () => true,
    messageOf,
  );
  const passed = load.failures.length === 0 && kept === wanted && drained === true;
  console.log(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
  return passed ? 0 : 1;
}

async function startServers(folder: string, ends: (() => unknown)[]): Promise<Common> {
  const [data, logs] = [join(folder, 'data'), join(folder, 'logs')];
  for (const each of [data, logs]) mkdirSync(each, { mode: 0o700 });
  const secrets = loadSecrets(data, {});
  const log = (name: string) => join(logs, `${name}.log`);
  const postgres = await startPostgres({ dir: join(data, 'postgres'), log: log('postgres'), password: secrets.POSTGRES_PASSWORD });
  ends.push(() => postgres.stop());
  const nats = await startNats({ data, log: log('nats'), secrets });
  ends.push(() => nats.stop());
  await updateStream(nats.url, secrets);
  const databases = await createDatabases(postgres.url, secrets);
  // One account sends the whole load.
  const env = { SKEP_RATE_LIMITS: 'off', SKEP_CALLS_AT_ONCE: '1000', SKEP_PUBLIC_URL: 'http://127.0.0.1:8080' };
  return { settings: { data, host: '127.0.0.1', port: 0, env }, secrets, databases, natsUrl: nats.url, logs };
}

/** The requests of the load, which involve every service, and how many notes they kept. */
async function prepareRequests(url: string, { secrets, databases }: Common) {
  const http = client(url);
  const { access_token: token } = await logIn({ http, secrets: secrets as Parameters<typeof logIn>[0]['secrets'] });
  const caller = await callerOf(http, token);
  await deployApp(http, token, caller, notesIr(APP));
  const id = await keepNote(APP, caller);
  const path = `/v1/extensions/${APP}/call`;
  const kinds: Kind[] = [
    { name: 'find', path, body: caller.body('find', { id }) },
    { name: 'balance', path: '/v1/billing/balance' },
    { name: 'keep', path, body: caller.body('keep', { text: 'Milk, eggs.' }) },
    { name: 'me', path: '/v1/auth/me' },
    { name: 'extensions', path: '/v1/me/extensions' },
    { name: 'apps', path: '/v1/marketplace/apps' },
    { name: 'own apps', path: '/v1/developer/apps' },
    { name: 'plans', path: '/v1/billing/plans' },
  ];
  const documents = () => countRows(databases['kernel']!, 'select count(*) from document');
  return { token, kinds, documents };
}
