import { type Field, fieldsOf } from '@skep/contracts';
import { type Person, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Route } from '../src/routes/define.js';
import { routes } from '../src/routes/index.js';

const BYTES = 1_000_000;
/** A body that is all work takes at most so many times as long as one of which nothing is looked at. */
const FACTOR = 25;
/** Somebody else's reads take at most so many times as long during an attack; without limits a single request of it takes seconds. */
const ATTACKED_FACTOR = 100;
const TRIES = 3;

let skep: Skep;
let admin: Person;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  skep = await startSkep();
  [admin, ada, bob] = await Promise.all([skep.admin(), skep.person(), skep.person()]);
}, 60_000);
afterAll(() => skep?.close());

/** As many copies of a text as make a body of a megabyte. */
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

const mayHoldMuch = ({ list, of, schema }: Field) => list || of || schema['type'] === 'object' || Object.keys(schema).length === 0;

/** A body for each field that may hold much, and some in which all fields share the megabyte as texts and numbers. */
function bodiesOf({ operation, path }: Route): string[] {
  const fields = fieldsOf(operation.input).filter(({ key }) => !path.includes(`{${key}}`) && key !== 'user_id' && key !== 'tenant_id');
  if (fields.length === 0) return [];
  const share = Math.floor(BYTES / fields.length);
  return [
    ...fields.filter(mayHoldMuch).flatMap(({ key }) => VALUES.map((value) => `{"${key}":${value}}`)),
    ...TEXTS.map((text) => `{${fields.map(({ key }) => `"${key}":${text(share)}`).join()}}`),
  ];
}

function send({ method, path, access }: Route, raw: string): Promise<{ status: number }> {
  const headers: Record<string, string> =
    access.kind === 'service' ? { 'x-service-token': skep.serviceToken } : { authorization: `Bearer ${admin.access}` };
  return skep.http(method, path.replace(/\{\w+\}/g, 'some-app'), { headers, raw });
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

it('no route that takes JSON works much longer on the worst body than on one of which nothing is looked at', async () => {
  const takesJson = routes.filter((route) => route.method !== 'GET' && !route.path.endsWith('/logout') && bodiesOf(route).length > 0);
  expect(takesJson.length).toBeGreaterThan(40);
  const ignored = `{"nobody_knows_this":"${full('x')}"}`;
  const slow: string[] = [];
  for (const route of takesJson) {
    let calm = 0;
    for (const raw of bodiesOf(route)) {
      const what = `${route.method} ${route.path} ${raw.slice(0, 60)}`;
      for (let tries = TRIES; tries > 0; tries--) {
        let status = 0;
        const ms = await msOf(async () => ({ status } = await send(route, raw)));
        expect([what, status, status < 500]).toEqual([what, status, true]);
        calm = Math.max(calm, calm && tries === TRIES ? 0 : await msOf(() => send(route, ignored)));
        if (ms < FACTOR * calm) break;
        if (tries === 1) slow.push(what);
      }
    }
  }
  expect(slow).toEqual([]);
}, 600_000);

it('while somebody’s schemas and data are too much together, another person’s reads are answered in between', async () => {
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
  const calm = await reads((done) => done === 30);
  let over = false;
  const attacking = (async () => {
    for (let round = 0; round < 5; round++)
      for (const { status } of await Promise.all(Array.from({ length: 12 }, attack))) expect([200, 429]).toContain(status);
  })().finally(() => (over = true));
  const attacked = await reads((done) => over && done > 0);
  await attacking;
  expect(attacked).toBeLessThan(ATTACKED_FACTOR * calm);
}, 120_000);
