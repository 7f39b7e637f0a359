import { type Json, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const LINE = Array.from({ length: 21 }, (_, i) => [-157.85 + i / 1000, 21.3 - i / 1000, 10 + (i % 5)]);
const draft = { name: 'Hill & <Loop> "1"', sport: 'run', geometry: { type: 'LineString', coordinates: LINE } };
const gpx = (points: string) => `<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${points}</trkseg></trk></gpx>`;
const TRACK = gpx('<trkpt lat="41" lon="2"/><trkpt lat="41.1" lon="2"/>');
const AUTHORIZE = 'http://127.0.0.1:1/authorize';

let skep: Skep;
beforeAll(async () => {
  skep = await startSkep({
    env: {
      ...{ RETURN_TO_ALLOW: 'planner://,https://planner.example', SKEP_CORS_ORIGINS: 'https://panel.example' },
      ...{ GARMIN_CLIENT_ID: 'id', GARMIN_CLIENT_SECRET: 'secret', GARMIN_AUTHORIZE_URL: AUTHORIZE, GARMIN_API_BASE: 'http://127.0.0.1:1' },
    },
  });
});
afterAll(() => skep?.close());

const post = (path: string, body: object, headers: Record<string, string> = {}) => skep.http('POST', path, { body, headers });
const save = async () => (await post('/routes', draft)).json as unknown as { route_id: string; edit_token: string; url: string };
const send = (path: string, init: RequestInit) =>
  fetch(skep.url + path, { redirect: 'manual', ...init }).then(async (answer) => ({
    ...{ status: answer.status, headers: answer.headers },
    json: (await answer.json().catch(() => ({}))) as Json,
  }));
const importGpx = (body: RequestInit['body'], type?: string, query = '') =>
  send(`/routes/import${query}`, { method: 'POST', body: body!, ...(type && { headers: { 'content-type': type } }) });

describe('routes', () => {
  it('are planned for anyone, also with a token that is not valid', async () => {
    const body = { sport: 'run', waypoints: [{ lat: 21.3, lon: -157.85 }, { lat: 21.28, lon: -157.83 }] }; // prettier-ignore
    const { status, json } = await post('/routes/plan', body, { authorization: 'Bearer nonsense' });
    expect([status, json['engine']]).toEqual([200, 'great-circle']);
    const invalid = await post('/routes/plan', { ...body, waypoints: [{ lat: 'x', lon: 0 }, body.waypoints[0]] });
    expect([invalid.status, invalid.json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'waypoints', 0, 'lat'] })]]);
  });

  it('are saved, read without being listed anywhere, changed with the edit token, and deleted', async () => {
    const saved = await post('/routes', draft);
    expect(saved.status).toBe(201);
    const { route_id, edit_token } = saved.json as unknown as { route_id: string; edit_token: string };
    const path = `/routes/${route_id}`;
    const read = await skep.http('GET', path);
    expect([read.status, read.headers.get('x-robots-tag'), JSON.stringify(read.json).includes(edit_token)]).toEqual([
      200,
      'noindex',
      false,
    ]);
    const change = (headers: Record<string, string>) => skep.http('PATCH', path, { body: { name: 'Bay' }, headers });
    expect([(await change({})).status, (await change({ 'x-edit-token': 'x' })).status]).toEqual([404, 404]);
    expect((await change({ 'x-edit-token': edit_token })).json['name']).toBe('Bay');
    expect((await skep.http('PUT', path, { body: { name: 'Bay' } })).status).toBe(405);
    expect((await skep.http('DELETE', path)).status).toBe(404);
    expect((await skep.http('DELETE', path, { headers: { 'x-edit-token': edit_token } })).status).toBe(204);
    expect((await skep.http('GET', path)).status).toBe(410);
  });

  it.each(['.gpx', '/gpx'])('are a file at %s', async (spelling) => {
    const { route_id } = await save();
    const answer = await fetch(`${skep.url}/routes/${route_id}${spelling}`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('application/gpx+xml');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="Hill Loop 1.gpx"');
    expect(answer.headers.get('x-robots-tag')).toBe('noindex');
    const back = await importGpx(text, 'application/gpx+xml');
    expect((back.json['geometry'] as Json)['coordinates']).toEqual(LINE.map((point) => point.map((one) => Number(one.toFixed(7)))));
    expect(back.json['name']).toBe(draft.name);
    expect((await fetch(`${skep.url}/routes/AAAAAAAAAAAAAAAAAAAAAA${spelling}`)).status).toBe(404);
  });

  it('are read from a GPX file: its bytes, or a form', async () => {
    for (const type of ['application/gpx+xml', 'application/xml', 'text/xml; charset=utf-8'])
      expect((await importGpx(TRACK, type, '?sport=hike')).json).toMatchObject({ sport: 'hike', engine: 'import' });
    const form = new FormData();
    form.append('file', new Blob([TRACK]), 'a.gpx');
    expect((await importGpx(form)).status).toBe(200);
    for (const type of ['application/x-tar', 'application/json', 'application/octet-stream'])
      expect((await importGpx('{}', type)).status).toBe(415);
    expect((await importGpx(gpx('<trkpt lat="123" lon="2"/>'), 'text/xml')).status).toBe(422);
    const described = {
      file: { object_id: `coach/${'0'.repeat(32)}`, name: 'a', size: 1, sha256: '0'.repeat(64), media_type: 'text/xml' },
    };
    expect((await post('/routes/import', described)).status).toBe(415);
  });

  it('of more than 5 MiB are refused, with and without a length', async () => {
    const large = Buffer.alloc((5 << 20) + 1, ' ');
    expect((await importGpx(large, 'text/xml')).status).toBe(413);
    const stream = new ReadableStream({ start: (controller) => (controller.enqueue(large), controller.close()) });
    expect(
      (
        await send('/routes/import', {
          method: 'POST',
          body: stream,
          duplex: 'half',
          headers: { 'content-type': 'text/xml' },
        } as RequestInit)
      ).status,
    ).toBe(413);
    const form = new FormData();
    form.append('file', new Blob([large]), 'a.gpx');
    expect((await importGpx(form)).status).toBe(413);
  });
});

describe('sending a route', () => {
  const startSend = async (headers: Record<string, string> = {}, more: object = {}) => {
    const { route_id } = await save();
    const answer = await send('/route-send/garmin/start', {
      method: 'POST',
      body: JSON.stringify({ route_id, activity_type: 'run', name: 'Harbour', ...more }),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const set = answer.headers.getSetCookie().join();
    const { send_id, authorization_url } = answer.json as unknown as { send_id: string; authorization_url: string };
    return { ...answer, set, cookie: set.split(';')[0]!, at: `/route-send/garmin/${send_id}`, authorization_url };
  };
  const get = (path: string, cookie?: string, accept = '*/*') => send(path, { headers: { accept, ...(cookie && { cookie }) } });

  it('gives the browser a cookie that no script reads and no other site sends', async () => {
    const { status, set, cookie, at, authorization_url } = await startSend();
    expect([status, authorization_url.startsWith(AUTHORIZE)]).toEqual([200, true]);
    expect(set).toMatch(/^skep_page=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    expect((await get(at, cookie)).json['status']).toBe('awaiting_auth');
    expect((await startSend({ cookie })).cookie).toBe(cookie);
  });

  it('tells nothing without the cookie, or to whom names a browser themselves', async () => {
    const [one, other] = [await startSend(), await startSend()];
    const secret = one.cookie.split('=')[1]!;
    for (const [path, cookie] of [[one.at], [one.at, other.cookie], [`${one.at}?browser=${secret}`]] as [string, string?][])
      expect((await get(path, cookie)).status).toBe(404);
    expect((await post(`${one.at}/retry`, { browser: secret })).status).toBe(404);
    expect((await post(`${one.at}/retry`, {}, { cookie: one.cookie })).status).toBe(409);
  });

  it('ends where the person started, in their browser only, and once', async () => {
    const [one, other] = [await startSend(), await startSend()];
    const state = new URL(one.authorization_url).searchParams.get('state')!;
    const back = `/route-send/garmin/callback?${new URLSearchParams({ state, error: 'access_denied' }).toString()}`;
    expect([(await get(back)).status, (await get(back, other.cookie)).status]).toEqual([400, 400]);
    const page = await fetch(skep.url + back, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    const { status, headers } = await get(back, one.cookie);
    const location = new URL(headers.get('location')!);
    expect([status, location.origin, location.searchParams.get('status')]).toEqual([303, 'https://planner.example', 'failed']);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    expect((await get(back, one.cookie)).status).toBe(400);
    expect((await get(one.at, one.cookie)).json).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  });

  it('to an account needs a credential', async () => expect((await post('/route-send/garmin', { route_id: 'x' })).status).toBe(401));
});

describe('pages of other origins', () => {
  const allowed = async (path: string, origin: string, method = 'POST') => {
    const headers = { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type,x-edit-token' };
    const { status, headers: given } = await send(path, { method: 'OPTIONS', headers });
    return [status, given.get('access-control-allow-origin'), given.get('access-control-allow-credentials')];
  };

  it('may plan routes, whoever they are, and may not send a cookie with it', async () => {
    for (const [path, method] of [['/routes/plan'], ['/routes'], ['/routes/x', 'PATCH']] as [string, string?][])
      expect(await allowed(path, 'https://anyone.example', method)).toEqual([204, '*', null]);
    const { headers } = await send('/routes/x', { headers: { origin: 'https://anyone.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('may send routes with the cookie if RETURN_TO_ALLOW or SKEP_CORS_ORIGINS names them', async () => {
    for (const origin of ['https://planner.example', 'https://panel.example'])
      expect(await allowed('/route-send/garmin/start', origin)).toEqual([204, origin, 'true']);
    for (const origin of ['https://anyone.example', 'null']) expect((await allowed('/route-send/garmin/start', origin))[1]).toBeNull();
  });

  it('may call nothing else, unless SKEP_CORS_ORIGINS names them', async () => {
    expect((await allowed('/users', 'https://planner.example'))[1]).toBeNull();
    expect((await allowed('/routesx', 'https://anyone.example'))[1]).toBeNull();
    expect(await allowed('/users', 'https://panel.example')).toEqual([204, 'https://panel.example', null]);
    expect((await skep.http('GET', '/nowhere')).status).toBe(404);
    expect((await skep.http('DELETE', '/routes/plan', { body: {} })).status).toBe(404);
  });
});
