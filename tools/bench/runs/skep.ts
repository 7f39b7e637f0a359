import { newCtx, openDatabase, openLog, readConfig, type Run, runKind, RunStore, RunWorker, ServiceConfig } from '@skep/platform';
import { race } from './race.ts';

const chain = runKind<{ chain: number }>('chain');
const ctx = newCtx({ tenant: 'default', user: 'imp_u_bench' });
const log = openLog('bench', 'error');

await race(async ({ began, ended }, url) => {
  const config = readConfig(ServiceConfig, { DATABASE_URL: url, NATS_URL: 'nats://nobody' });
  const db = await openDatabase({ name: 'bench', entities: [], migrations: [] }, config, log);
  const handle = async (run: Run, input: object) => {
    const { chain } = input as { chain: number };
    await run.step('one', () => began(chain));
    await run.step('two', () => chain);
    await run.step('three', () => chain);
    ended(chain);
  };
  const store: RunStore = new RunStore(db, () => worker.wake(), config.SKEP_RUN_LEASE_MS);
  const worker = new RunWorker(new Map([[chain.name, { kind: chain, handle }]]), store, db, config.SKEP_RUNS_AT_ONCE, log);
  worker.start();
  return { start: (chainId) => store.start(chain, ctx, { chain: chainId }, {}) };
});
