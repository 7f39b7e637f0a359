import { HOSTILE_ICONS, type Json, type TestUser, type Skep, startSkep, svgIcon, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

let skep: Skep;
let admin: TestUser;

async function send(person: TestUser, method: string, path: string, body: object = {}): Promise<Json> {
  const answer = await skep.http(method, path, { token: person.access, body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.json;
}
const pathOf = (app_id: string) => `/v1/marketplace/apps/${app_id}/icon`;
const icon = (app_id: string, headers: Record<string, string> = {}) => skep.http('GET', pathOf(app_id), { headers });
const upload = (app_id: string, icon_svg: string) =>
  skep.http('POST', `/v1/developer/apps/${app_id}/_sync_manifest`, {
    headers: { 'x-service-token': skep.serviceToken },
    body: { icon_svg },
  });
const submit = (developer: TestUser, app_id: string) => send(developer, 'POST', `/v1/developer/apps/${app_id}/submit`);
const approve = (app_id: string) => send(admin, 'POST', `/v1/admin/apps/${app_id}/approve`);
const waitForIcon = (app_id: string, svg: string) => waitUntil('the icon', async () => (await icon(app_id)).text === svg);

/** Creates an app that can be submitted. @returns its developer */
async function createApp(app_id: string): Promise<TestUser> {
  const developer = await skep.signUpUser();
  await send(developer, 'POST', '/v1/developer/register', { nickname: app_id, display_name: 'Ada' });
  const example = await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8');
  const listing = { name: 'Links', short_description: 'Keeps links.', category: 'productivity', icon: 'link' };
  await send(developer, 'POST', '/v1/developer/apps', { app_id, ...listing });
  const params = { app_id, ir_dict: JSON.parse(example.replace('link-saver', app_id)) as Json, dev_mode: true };
  await send(developer, 'POST', '/v1/extensions/developer/call', { user_id: developer.id, function: 'deploy_ir', params });
  return developer;
}

const first = svgIcon();
const second = svgIcon('<circle r="2"/>');

beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('../src/main.js', import.meta.url) });
  admin = await skep.signInAdmin();
  const ada = await createApp('links');
  await upload('links', first);
  await submit(ada, 'links');
  await approve('links');
  await waitForIcon('links', first);
});
afterAll(() => skep?.close());

describe('the icon of an app', () => {
  it('is public from the approval until the app is suspended, as it was when it was submitted', async () => {
    const bob = await createApp('moods');
    expect((await upload('moods', first)).json['updated']).toEqual(['icon_svg']);
    await submit(bob, 'moods');
    expect((await upload('moods', second)).status).toBe(200);
    const { rows: waiting } = await skep.http('GET', '/v1/admin/apps/pending', { token: admin.access });
    expect(waiting.map((app) => app['icon_svg'])).toEqual([first]);
    expect((await icon('moods')).json).toMatchObject({ code: 'app_not_found', status: 404 });
    await approve('moods');
    await waitForIcon('moods', first);
    await submit(bob, 'moods');
    await approve('moods');
    await waitForIcon('moods', second);
    await send(bob, 'POST', '/v1/developer/apps/moods/suspend');
    await waitUntil('the icon to be gone', async () => (await icon('moods')).status === 404);
    const { headers, json } = await icon('moods');
    expect([headers.get('cache-control'), json['code']]).toEqual(['no-store', 'app_not_found']);
  });

  it('runs and loads nothing, even when it is opened as a page', async () => {
    const { status, headers } = await icon('links');
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('can be embedded by other origins and cached, and is 304 for a known entity tag', async () => {
    const { json } = await skep.http('GET', '/v1/marketplace/apps/links');
    expect(json['icon_url']).toBe(skep.url + pathOf('links'));
    const { headers } = await icon('links');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const etag = headers.get('etag')!;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, text, headers } = await icon('links', { 'if-none-match': known });
      expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await icon('links', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it.each(HOSTILE_ICONS)('with %s is rejected, and the previous icon stays', async (_, hostile) => {
    const { status, json } = await upload('links', hostile);
    expect([status, json['detail']]).toMatchObject([422, [{ loc: ['body', 'icon_svg'] }]]);
    expect(await skep.infra.query('developer-portal', `select icon_svg from app where app_id = 'links'`)).toEqual([{ icon_svg: first }]);
  });
});
