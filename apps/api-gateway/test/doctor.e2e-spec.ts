import { runProgram, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let skep: Skep;
beforeAll(async () => {
  skep = await startSkep();
});
afterAll(() => skep?.close());

interface Report {
  healthy: boolean;
  findings: { level: string; area: string; what: string; todo: string }[];
}

async function doctor(): Promise<{ code: number; report: Report }> {
  const { code, stdout } = await runProgram([SKEP, 'doctor', '--json'], skep.operatorEnv);
  return { code, report: JSON.parse(stdout) as Report };
}

it('a Skep that works has no fault, and names the features that are off', async () => {
  const { code, report } = await doctor();
  expect([code, report.healthy, report.findings.filter(({ level }) => level === 'fault')]).toEqual([0, true, []]);
  expect(report.findings.filter(({ level }) => level === 'note').length).toBeGreaterThan(0);
});

it('an event that cannot be sent is a fault, with what to do about it', async () => {
  // No stream has this subject, so the event stays in the outbox.
  const old = `insert into outbox (subject, ctx, payload, created_at) values ('nowhere.at.all', '{}', '{}', now() - interval '1 hour')`;
  await skep.infra.query('registry', old);
  const { code, report } = await doctor();
  expect([code, report.findings[0]]).toEqual([
    1,
    { level: 'fault', area: 'events', what: expect.stringMatching(/^registry has had an event for 60 minutes/), todo: expect.any(String) },
  ]);
  const { code: again, stdout } = await runProgram([SKEP, 'doctor'], skep.operatorEnv);
  expect([again, stdout]).toEqual([1, expect.stringMatching(/^FAULT +registry has had an event .*\n +See whether NATS takes events/)]);
});
