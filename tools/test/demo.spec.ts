import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Skep, startSkep } from '@skep/testkit';
import { APPS } from '../demo/apps.ts';
import { fillDemo } from '../demo/fill.ts';
import { PEOPLE } from '../demo/people.ts';

let skep: Skep;
beforeAll(async () => void (skep = await startSkep({ env: { SKEP_REGISTRATION: 'open' } })));
afterAll(() => skep?.close());

test('a demonstration has published apps with reviews, and a visitor who can sign in', async () => {
  const { email, password } = await skep.signInAdmin();
  const fill = () => fillDemo({ url: skep.url, serviceToken: skep.serviceToken, admin: { email, password } });
  const visitor = await fill();
  expect(visitor.email).toBe(PEOPLE[0].email);
  const { json } = await skep.http('POST', '/v1/auth/login', { body: visitor });
  expect(json['access_token']).toEqual(expect.any(String));
  const { rows } = await skep.http('GET', '/v1/marketplace/apps?limit=50');
  expect(rows.map((listing) => listing['app_id']).sort()).toEqual(APPS.map(({ app_id }) => app_id).sort());
  expect(rows.filter((listing) => Number(listing['review_count']) > 0).length).toBeGreaterThan(APPS.length / 2);
  expect(await fill()).toEqual(visitor);
});
