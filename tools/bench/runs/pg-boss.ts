import { PgBoss } from 'pg-boss';
import { race } from './race.ts';

const QUEUES = ['one', 'two', 'three'];

await race(async ({ began, ended }, connectionString) => {
  // Without LISTEN/NOTIFY: with it, version 12.38.0 stops fetching jobs in the middle of this race.
  const boss = new PgBoss({ connectionString, max: 10 });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  for (const name of QUEUES) await boss.createQueue(name);
  for (const [i, name] of QUEUES.entries())
    await boss.work<{ chain: number }>(name, { batchSize: 50, localConcurrency: 2, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      if (i === 0) for (const { data } of jobs) began(data.chain);
      const next = QUEUES[i + 1];
      if (next)
        await boss.insert(
          next,
          jobs.map(({ data }) => ({ data })),
        );
      else for (const { data } of jobs) ended(data.chain);
    });
  return { start: (chain) => boss.send('one', { chain }) };
});
