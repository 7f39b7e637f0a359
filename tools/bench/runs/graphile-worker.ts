import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { race } from './race.ts';

const logger = new Logger(() => () => undefined);

await race(async ({ began, ended }, connectionString) => {
  const pgPool = new pg.Pool({ connectionString, max: 10 });
  pgPool.on('error', (error) => console.error(error));
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  const chainOf = (payload: unknown) => (payload as { chain: number }).chain;
  await run({
    ...{ pgPool, logger, concurrency: 24, noHandleSignals: true, pollInterval: 500 },
    preset: { worker: { localQueue: { size: 100 }, completeJobBatchDelay: 5 } },
    taskList: {
      one: async (payload, { addJob }) => (began(chainOf(payload)), void (await addJob('two', payload as object))),
      two: async (payload, { addJob }) => void (await addJob('three', payload as object)),
      three: (payload) => ended(chainOf(payload)),
    },
  });
  return { start: (chain) => utils.addJob('one', { chain }) };
});
