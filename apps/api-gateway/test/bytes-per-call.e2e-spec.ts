import { bytesLeft, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

/** What calls leave in the databases, in bytes per call; SKEP_PRINT_BYTES=1 prints it by table. */
const CALLS = 40;
let skep: Skep;
let ada: TestUser;
let bob: TestUser;

const call = async (person: TestUser) => {
  const answer = await skep.http('POST', '/v1/extensions/link-saver/call', {
    token: person.access,
    body: { user_id: person.id, function: 'save_link', params: { url: 'https://example.com', title: 'Example' } },
  });
  expect(answer.json).toMatchObject({ status: 'success' });
};

beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, 1));
});
afterAll(() => skep?.close());

it.each([
  { kind: 'free', person: () => ada, most: 1_600 },
  { kind: 'priced', person: () => bob, most: 4_300 },
])(
  'a $kind call leaves at most $most bytes in all tables, without what the app stores',
  async ({ kind, person, most }) => {
    await call(person());
    const left = await bytesLeft(skep.infra.query, async () => {
      for (let i = 0; i < CALLS; i++) await call(person());
    });
    const kept = left.filter(([table]) => table !== 'kernel.document').map(([table, bytes]) => [table, Math.round(bytes / CALLS)] as const);
    const total = kept.reduce((sum, [, bytes]) => sum + bytes, 0);
    if (process.env['SKEP_PRINT_BYTES'])
      process.stdout.write(
        `${[[`a ${kind} call`, total] as const, ...kept].map(([table, bytes]) => `${String(bytes).padStart(6)} ${table}`).join('\n')}\n`,
      );
    expect(total).toBeLessThanOrEqual(most);
  },
  60_000,
);
