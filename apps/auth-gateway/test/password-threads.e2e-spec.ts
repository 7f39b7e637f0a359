import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { type AuthHarness, startAuth } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

/** The nice value of each thread of this process, in which the service runs; proc(5). */
async function niceness(): Promise<number[]> {
  const threads = await readdir('/proc/self/task');
  const stats = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => (stat ? [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])] : []));
}

it('passwords are verified by a limited number of low-priority threads', async () => {
  const { email } = await harness.newcomer();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => (n % 2 ? harness.login(email) : codeOf(harness.login(email, 'a wrong password')))),
  );
  expect(answers.filter((answer) => answer === 'invalid_credentials')).toHaveLength(6);
  const expected = Math.min(getPriority() + 5, 19);
  const lowPriority = (await niceness()).filter((nice) => nice >= expected);
  expect(lowPriority.length).toBeGreaterThan(0);
  expect(lowPriority.length).toBeLessThanOrEqual(3);
});
