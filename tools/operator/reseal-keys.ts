// Run by tools/skep/keys.ts, with SERVICES in its environment: `name=context,name=context`.
import { type ResealAnswer, resealSubject } from '@skep/platform';
import { asOperator } from './bus.ts';
import { readProcesses } from './processes.ts';

const TIMEOUT_MS = 10_000;

await asOperator('reseal', async ({ connection }) => {
  const services = (process.env.SERVICES ?? '').split(',').map((pair) => pair.split('='));
  for (const [name = '', context = ''] of services) await resealService(name, context);
  console.log(
    'After a backup, all keys but the first one can be removed from SKEP_ENCRYPTION_KEY. Older backups need the key of their time.',
  );

  async function resealService(name: string, context: string): Promise<void> {
    await assertSameKeys(name, context);
    let resealed = 0;
    for (let remaining = 1; remaining > 0;) {
      const answer = (await connection.request(resealSubject(context), '', { timeout: TIMEOUT_MS })).json<ResealAnswer>();
      if ('error' in answer) throw new Error(`${name}: ${answer.error}`);
      resealed += answer.resealed;
      remaining = answer.remaining;
      console.log(`${name}: ${resealed} tenant keys sealed again, ${remaining} remaining.`);
      if (answer.resealed === 0 && remaining > 0)
        throw new Error(
          `${name}: other processes hold ${remaining} keys, or sealed them with a key that this one lacks. Restart all and run it again.`,
        );
    }
    await assertSameKeys(name, context);
  }

  /** A process with another first key would seal keys that this command has reported as done. */
  async function assertSameKeys(name: string, context: string): Promise<void> {
    const processes = await readProcesses(connection, context);
    const first = new Set(processes.map(({ encryption_keys = [] }) => encryption_keys[0]));
    if (first.size === 0) throw new Error(`No process of ${name} answers. Is Skep running?`);
    if (first.size > 1)
      throw new Error(`The processes of ${name} have different first keys in SKEP_ENCRYPTION_KEY. Restart all with the same value.`);
  }
});
