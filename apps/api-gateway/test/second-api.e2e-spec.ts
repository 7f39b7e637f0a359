import { type Answer, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { renderMatrix } from '../src/matrix/document.js';
import { openApi } from '../src/openapi/document.js';
import { tiny } from './second-api/api.js';

let skep: Skep;
let ada: TestUser;
let key: string;

beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('./second-api/main.js', import.meta.url) });
  ada = await skep.signUpUser();
  key = String((await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'all', scopes: '*' } })).json['key']);
});
afterAll(() => skep?.close());

const assertTiny = ({ status, headers, json }: Answer, expected: number, message: unknown = expect.any(String)) => {
  expect([status, headers.get('content-type')]).toEqual([expected, 'application/json; charset=utf-8']);
  expect(json).toEqual({ tiny: expected, message });
};

describe('a second API', () => {
  it('answers by the same operations as the first one', async () => {
    const { status, json } = await skep.http('GET', '/tiny/wallet', { token: ada.access });
    expect([status, json]).toEqual([200, (await skep.http('GET', '/v1/billing/balance', { token: ada.access })).json]);
    const call = await skep.http('POST', '/tiny/apps/billing?function=get_balance', { token: ada.access, body: { user_id: ada.id } });
    expect([call.status, call.json['status']]).toEqual([200, 'success']);
  });

  it('accepts its own credentials, and not those of the first one', async () => {
    const wallet = (headers: Record<string, string>) => skep.http('GET', '/tiny/wallet', { headers });
    expect((await wallet({ 'x-tiny-key': key })).status).toBe(200);
    assertTiny(await wallet({ 'x-tiny-key': 'wrong' }), 401);
    assertTiny(await wallet({ 'x-api-key': key }), 401);
    assertTiny(await wallet({ 'x-service-token': skep.serviceToken, 'x-acting-user': ada.id }), 401);
    assertTiny(await wallet({ authorization: `Bearer ${skep.serviceToken}`, 'x-acting-user': ada.id }), 401);
    expect((await skep.http('GET', '/v1/developer/apps', { headers: { 'x-tiny-key': key } })).json).toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('sends errors in its own form, wherever they arise', async () => {
    const call = (request: object, query = '') => skep.http('POST', `/tiny/apps/billing${query}`, { token: ada.access, ...request });
    assertTiny(await call({ body: {} }), 422, expect.stringContaining('["query","function"]'));
    assertTiny(await call({ raw: '{' }), 422);
    assertTiny(await call({ raw: 'a', headers: { 'content-type': 'text/plain' } }), 415);
    assertTiny(await skep.http('GET', '/tiny/nothing'), 404);
    assertTiny(await skep.http('DELETE', '/tiny/wallet'), 405);
    assertTiny(await skep.http('GET', '/tiny/%E0%A4%A'), 400);
  });

  it('leaves the errors of other paths as they are', async () => {
    for (const [path, status] of [
      ['/v1/nothing', 404],
      ['/tinynothing', 404],
      ['/v1/%E0%A4%A', 400],
    ] as const)
      expect((await skep.http('GET', path)).json).toMatchObject({ status, type: expect.stringContaining('/problems/') });
  });
});

describe('the documents of a second API', () => {
  const document = JSON.parse(JSON.stringify(openApi(tiny))) as {
    components: { schemas: object; securitySchemes: object; responses: Record<string, { content: object }> };
    paths: Record<string, Record<string, { security: object[]; parameters: object[]; requestBody?: object }>>;
  };

  it('describe its routes, credentials and errors only, and pass the linter', async () => {
    expect(Object.keys(document.paths)).toEqual(['/tiny/wallet', '/tiny/apps/{app_id}']);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'tinyKey']);
    expect(document.paths['/tiny/wallet']!['get']!.security).toEqual([{ bearer: ['billing:read'] }, { tinyKey: ['billing:read'] }]);
    for (const { content } of Object.values(document.components.responses))
      expect(content).toMatchObject({ 'application/json': { schema: { $ref: '#/components/schemas/TinyError' } } });
    expect(Object.keys(document.components.schemas)).not.toContain('Problem');
    const config = await createConfig({ extends: ['recommended'] });
    expect(await lintFromString({ source: JSON.stringify(document), absoluteRef: 'tiny.json', config })).toEqual([]);
  });

  it('take the fields of an input from where the route takes them', () => {
    const { parameters, requestBody } = document.paths['/tiny/apps/{app_id}']!['post']!;
    expect(parameters).toMatchObject([{ name: 'app_id', in: 'path' }, { name: 'function', in: 'query', required: true }, {}]);
    expect(JSON.stringify(requestBody)).toContain('"params"');
    expect(JSON.stringify(requestBody)).not.toContain('"function"');
  });

  it('show the callers in the matrix whose credentials it accepts', () => {
    const matrix = renderMatrix(tiny);
    expect(matrix).toContain('| `GET /tiny/wallet` | a user or an API key with `billing:read` | 401 | 401 |');
    expect(matrix).toContain('| API key |');
    expect(matrix).not.toContain('**service');
  });
});
