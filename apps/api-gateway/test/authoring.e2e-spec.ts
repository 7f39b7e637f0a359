import { builtins } from '@skep/contracts/builtins';
import { type Json, type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';

let skep: Skep;
let ada: TestUser;
let example: string;

const post = (path: string, body: object) => skep.http('POST', path, { token: ada.access, body });
const call = (name: string, params: object) => post('/v1/extensions/developer/call', { user_id: ada.id, function: name, params });
const deploy = (ir_dict: object) => call('deploy_ir', { app_id: 'link-saver', ir_dict, dev_mode: true });
const steps = (...given: object[]) => ({ kind: 'declarative', steps: given });

beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('../src/main.js', import.meta.url) });
  ada = await skep.signUpUser();
  await post('/v1/developer/register', { display_name: 'Ada' });
  await post('/v1/developer/apps', {
    app_id: 'link-saver',
    name: 'Link Saver',
    short_description: 'Keeps links.',
    category: 'productivity',
  });
  example = await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8');
});
afterAll(() => skep?.close());

describe('the schemas of an app', () => {
  it.each(['ir', 'manifest'])('are public and cacheable: %s', async (name) => {
    const path = `/v1/${name}-schema.json`;
    const { status, headers, json } = await skep.http('GET', path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/schema\+json/);
    expect(headers.get('cache-control')).toMatch(/^public/);
    expect(json).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
    const again = await skep.http('GET', path, { headers: { 'if-none-match': headers.get('etag')! } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('accept what a deploy accepts, and refuse what it refuses', async () => {
    const schema = (await skep.http('GET', '/v1/ir-schema.json')).json;
    const isAccepted = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(schema);
    const wrong = example.replace('store.create', 'store.crate');
    expect([isAccepted(JSON.parse(example)), isAccepted(JSON.parse(wrong))]).toEqual([true, false]);
    const named = { $schema: `${skep.url}/v1/ir-schema.json`, ...(JSON.parse(example) as Json) };
    expect((await deploy(named)).json).toMatchObject({ status: 'success', error: null });
    expect((await deploy(JSON.parse(wrong) as Json)).json).toMatchObject({ status: 'error', error_code: 'INVALID_IR' });
  });

  it('are in the OpenAPI document, as what calls and routes take', async () => {
    const { paths, components } = (await skep.http('GET', '/v1/openapi.json')).json as unknown as OpenApi;
    const { schemas } = components;
    expect(schemas['DeployIr']!.properties!['ir_dict']).toMatchObject({ $ref: '#/components/schemas/Ir' });
    expect(schemas['SmokeIr']!.properties!['ir_dict']).toMatchObject({ $ref: '#/components/schemas/Ir' });
    const text = JSON.stringify(bodyOf(paths['/v1/extensions/{app_id}/call']!));
    for (const name of ['DeployIr', 'SmokeIr']) expect(text).toContain(`"#/components/schemas/${name}"`);
    expect(bodyOf(paths['/v1/developer/apps/{app_id}/_sync_manifest']!).properties!['manifest_json']).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/AppManifest' }, { type: 'null' }],
    });
    expect(schemas['IrEnvelope']!.properties!['ir_version']).toMatchObject({ description: expect.any(String) });
    const references = JSON.stringify(schemas)
      .match(/"#\/[^"]+"/g)!
      .map((each) => each.slice(1, -1).split('/').at(-1)!);
    for (const name of references.filter((each) => each.startsWith('Ir'))) expect(Object.keys(schemas)).toContain(name);
  });
});

describe('a deploy with faults', () => {
  it('answers all of them, with warnings, places, proposals and pages', async () => {
    const functions = [
      {
        name: 'save-link',
        descripton: 'Saves.',
        impl: steps({ id: 's1', op: 'store.crate', args: { kind: 'link', data: { url: '{{event.url' } } }),
      },
      { name: 'list', impl: steps({ id: 'all', op: 'store.list', args: { kind: 'link', limt: 3 } }) },
    ];
    const { json } = await deploy({ ir_version: '1.0', app: { id: 'link-saver', version: '1.0', title: 'Links', functions } });
    expect(json).toMatchObject({ status: 'error', data: null, error_code: 'INVALID_IR', error: expect.stringMatching(/^Invalid IR: /) });
    const { faults, warnings } = json['details'] as unknown as { faults: Found[]; warnings: Found[] };
    const of = (found: Found[]) =>
      found.map(({ code, pointer, message }) => [code, pointer, message.replace(/^function '[^']+'(, step '[^']+')?: /, '')]);
    expect(of(faults)).toEqual([
      ['unknown-key', '/app/functions/0/descripton', "'descripton' is not a known key; did you mean 'description'?"],
      ['invalid-version', '/app/version', "version '1.0' must look like 1.2.3"],
      ['invalid-name', '/app/functions/0/name', "the name must be an identifier: letters, digits and '_'; did you mean 'save_link'?"],
      ['unknown-op', '/app/functions/0/impl/steps/0/op', "unknown op 'store.crate'; did you mean 'store.create'?"],
      ['unclosed-binding', '/app/functions/0/impl/steps/0/args/data/url', "the binding '{{event.url' is not closed: add }}"],
    ]);
    expect(of(warnings)).toEqual([
      ['missing-capability', '/app/functions/1/impl/steps/0/op', "store.list: the app does not list the capability 'store:read'"],
      ['unknown-argument', '/app/functions/1/impl/steps/0/args/limt', "store.list has no argument 'limt'; did you mean 'limit'?"],
    ]);
    expect(faults[0]).toMatchObject({ path: 'app.functions.0.descripton', docs_url: '/docs/apps/errors#unknown-key' });
    for (const { docs_url } of [...faults, ...warnings]) {
      const [path = '', anchor] = docs_url.split('#');
      const page = await skep.http('GET', path, { headers: { accept: 'text/html' } });
      expect([page.status, page.text]).toEqual([200, expect.stringContaining(`id="${anchor}"`)]);
    }
  });

  it('of a manifest names the fault, what was meant, and the page about it', async () => {
    const manifest = { app_id: 'link-saver', version: '1.0.0', schedule: [] };
    const { status, json } = await skep.http('PUT', '/v1/apps/link-saver', { token: ada.access, body: { manifest } });
    expect([status, json['detail']]).toEqual([
      422,
      [
        {
          loc: ['body', 'manifest', 'schedule'],
          msg: "Unknown key 'schedule'; did you mean 'schedules'?",
          type: 'extra_forbidden',
          docs_url: '/docs/apps/errors#unknown-key',
        },
      ],
    ]);
  });

  it('of a trial run answers the same faults', async () => {
    const { json } = await call('smoke_ir', {
      ir_dict: JSON.parse(example.replace('store.create', 'store.crate')) as Json,
      function: 'save_link',
    });
    expect(json['data']).toMatchObject({
      ok: false,
      result: { faults: [{ code: 'unknown-op', docs_url: '/docs/apps/errors#unknown-op' }] },
    });
  });
});

it('authors read about every built-in function, and about nothing outside the documentation', async () => {
  const { status, text } = await skep.http('GET', '/docs/apps/built-in-extensions');
  expect(status).toBe(200);
  for (const [id, { functions }] of Object.entries(builtins))
    for (const name of Object.keys(functions)) expect(text).toContain(`### ${id}.${name}\n`);
  for (const path of ['/docs/apps/nothing', '/docs/apps/..%2Fadr', '/docs/apps/%2e%2e%2foperations'])
    expect((await skep.http('GET', path)).status).toBe(404);
});

interface Found {
  code: string;
  path: string;
  pointer: string;
  message: string;
  docs_url: string;
}
interface Schema {
  properties?: Record<string, Schema>;
}
interface OpenApi {
  paths: Record<string, { post: { requestBody: { content: Record<string, { schema: Schema }> } } }>;
  components: { schemas: Record<string, Schema> };
}
const bodyOf = ({ post }: OpenApi['paths'][string]): Schema => post.requestBody.content['application/json']!.schema;
