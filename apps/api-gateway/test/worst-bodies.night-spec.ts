import { type Field, fieldsOf } from '@skep/contracts';
import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Route } from '../src/route.js';
import { cloud } from '../src/apis/cloud/index.js';

const { routes } = cloud;

const BYTES = 1_000_000;
/** How many times as long as an ignored body the worst body may take. */
const FACTOR = 25;
/** How many times as long the reads of another user may take during an attack. Without limits one request of it takes seconds. */
const ATTACKED_FACTOR = 100;
const TRIES = 5;

let skep: Skep;
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  [admin, ada, bob] = await Promise.all([skep.signInAdmin(), skep.signUpUser(), skep.signUpUser()]);
});
afterAll(() => skep?.close());

/** Repeats a text up to a megabyte. */
const full = (text: string) => text.repeat(Math.floor(BYTES / text.length));
const listOf = (item: string) => `[${full(`${item},`)}${item}]`;
const objectOf = (value: string) => `{${Array.from({ length: BYTES / (value.length + 10) }, (_, i) => `"${i}":${value}`).join()}}`;
const deep = `${'{"a":['.repeat(20)}1${']}'.repeat(20)}`;
const VALUES = [listOf('{}'), listOf('1'), objectOf('[]'), listOf(deep)];
const TEXTS: ((share: number) => string)[] = [
  (share) => `"${full('a-').slice(0, share)}"`,
  (share) => `"${full('9').slice(0, share)}"`,
  (share) => full('9').slice(0, share),
];

const canBeLarge = ({ list, of, schema }: Field) => list || of || schema['type'] === 'object' || Object.keys(schema).length === 0;

/** Bodies of a megabyte: for each large field, and with the megabyte shared by all fields as strings and numbers. */
function bodiesOf({ operation, path }: Route): string[] {
  const fields = fieldsOf(operation.input).filter(({ key }) => !path.includes(`{${key}}`) && key !== 'user_id' && key !== 'tenant_id');
  if (fields.length === 0) return [];
  const share = Math.floor(BYTES / fields.length);
  return [
    ...fields.filter(canBeLarge).flatMap(({ key }) => VALUES.map((value) => `{"${key}":${value}}`)),
    ...TEXTS.map((text) => `{${fields.map(({ key }) => `"${key}":${text(share)}`).join()}}`),
  ];
}

async function send({ method, path, access }: Route, raw: string): Promise<{ status: number }> {
  const headers: Record<string, string> =
    access.kind === 'service' ? { 'x-service-token': skep.serviceToken } : { authorization: `Bearer ${admin.access}` };
  return skep.http(method, path.replace(/\{\w+\}/g, 'some-app'), { headers, raw }).catch((error: unknown) => {
    throw new Error(`${method} ${path} does not answer ${raw.slice(0, 60)}`, { cause: error });
  });
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

it('no route takes much longer for the worst JSON body than for an ignored one', async () => {
  const takesJson = routes.filter(
    (route) => route.method !== 'GET' && route.exchange.name !== 'upload' && !route.path.endsWith('/logout') && bodiesOf(route).length > 0,
  );
  expect(takesJson.length).toBeGreaterThan(40);
  const ignored = `{"unknown_field":"${full('x')}"}`;
  const slow: string[] = [];
  for (const route of takesJson) {
    let baseline = 0;
    for (const raw of bodiesOf(route)) {
      const what = `${route.method} ${route.path} ${raw.slice(0, 60)}`;
      for (let tries = TRIES; tries > 0; tries--) {
        let status = 0;
        const ms = await msOf(async () => ({ status } = await send(route, raw)));
        expect([what, status, status < 500]).toEqual([what, status, true]);
        baseline = Math.max(baseline, baseline && tries === TRIES ? 0 : await msOf(() => send(route, ignored)));
        if (ms < FACTOR * baseline) break;
        if (tries === 1) slow.push(what);
      }
    }
  }
  expect(slow).toEqual([]);
}, 600_000);

it('expensive schemas and data of one user do not block the reads of another', async () => {
  const params_schema = {
    properties: { list: { items: { anyOf: [...Array.from({ length: 900 }, (_, i) => ({ const: `no ${i}` })), {}] } } },
  };
  const functions = [{ name: 'save', params_schema, action_type: 'read', impl: { kind: 'declarative', steps: [] } }];
  const ir_dict = { ir_version: '1.0', app: { id: 'attack', version: '1.0.0', title: 'x', functions } };
  const params = { ir_dict, function: 'save', args: { list: Array.from({ length: 40_000 }, () => 1) } };
  const body = { user_id: ada.id, function: 'smoke_ir', params };
  const attack = () => skep.http('POST', '/v1/extensions/developer/call', { token: ada.access, body });

  const reads = async (enough: (done: number) => boolean): Promise<number> => {
    let done = 0;
    const ms = await msOf(async () => {
      for (; !enough(done); done++)
        for (const path of ['/healthz', '/v1/auth/me', '/v1/actions']) {
          const { status, json } = await skep.http('GET', path, { token: bob.access });
          expect([path, status, status === 200 ? {} : json]).toEqual([path, 200, {}]);
        }
    });
    return ms / done;
  };

  await reads((done) => done === 10);
  const baseline = await reads((done) => done === 30);
  let over = false;
  const attacking = (async () => {
    for (let round = 0; round < 5; round++)
      for (const { status } of await Promise.all(Array.from({ length: 12 }, attack))) expect([200, 429]).toContain(status);
  })().finally(() => (over = true));
  const attacked = await reads((done) => over && done > 0);
  await attacking;
  expect(attacked).toBeLessThan(ATTACKED_FACTOR * baseline);
});
