import { portal, PUBLISHER_PATH } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openPortal, type PortalHarness } from './portal.js';

/** A website on loopback. The second one stands for a stranger's. */
interface Site {
  server: Server;
  url: string;
  asked: string[];
  answer: (response: ServerResponse) => void;
}

let harness: PortalHarness;
const sites: Site[] = [];
const mine = () => sites[0]!;
const other = () => sites[1]!;
const [ada, bob] = [asUser('ada'), asUser('bob')];

beforeAll(async () => {
  harness = await openPortal(['billing'], { SKEP_OUTBOUND_ALLOW: '127.0.0.1' });
  await harness.register(ada, bob);
  for (let i = 0; i < 2; i++) sites.push(await openSite());
});
afterAll(async () => {
  await harness?.close();
  for (const { server } of sites) server.close().closeAllConnections();
});
beforeEach(async () => {
  for (const ctx of [ada, bob]) await remove(ctx).catch(() => undefined);
  await harness.query('delete from outbox');
  for (const site of sites) Object.assign(site, { asked: [], answer: (response: ServerResponse) => response.writeHead(404).end() });
});

async function openSite(): Promise<Site> {
  const site = { asked: [] as string[], url: '', answer: (response: ServerResponse) => void response.end() };
  const server = createServer((request, response) => {
    site.asked.push(request.url!);
    site.answer(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return Object.assign(site, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

const start = (ctx: Ctx, website = mine().url) => harness.call(portal.startPublisherProof, ctx, { website });
const get = (ctx: Ctx) => harness.call(portal.getPublisherProof, ctx, {});
const check = (ctx: Ctx) => harness.call(portal.checkPublisherProof, ctx, {});
const remove = (ctx: Ctx) => harness.call(portal.removePublisherProof, ctx, {});
const serve = (site: Site, text: string, status = 200) => (site.answer = (response) => void response.writeHead(status).end(text));
const prove = async (ctx: Ctx, site = mine()) => {
  serve(site, (await start(ctx, site.url)).token);
  return check(ctx);
};
/** The events for the marketplace, in order. */
const changes = async () =>
  (await harness.query(`select payload from outbox where subject like '%publisherChanged' order by id`)).map(
    ({ payload }) => (payload as { website: string | null }).website,
  );
const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).body.code;

describe('a developer', () => {
  it('proves a website by serving the token, among other lines', async () => {
    const started = await start(ada, `${mine().url}/about?x=1`);
    expect(started).toEqual({
      website: mine().url,
      token: expect.stringMatching(/^skep-publisher=[\w-]{32}$/),
      token_url: mine().url + PUBLISHER_PATH,
      ...{ is_verified: false, verified_at: null, checked_at: null, failure: null },
    });
    expect(await check(ada)).toMatchObject({ is_verified: false, failure: 'The address answered 404.' });
    expect(await changes()).toEqual([]);
    serve(mine(), `# ours\r\n ${started.token} \r\n`);
    const proven = await check(ada);
    expect(proven).toMatchObject({ is_verified: true, verified_at: expect.any(Date), failure: null });
    expect(await get(ada)).toEqual(proven);
    expect(await check(ada)).toMatchObject({ is_verified: true, verified_at: proven.verified_at });
    expect(await changes()).toEqual([mine().url]);
    expect(mine().asked.at(-1)).toBe(PUBLISHER_PATH);
  });

  it.each([
    ['another text', (site: Site, token: string) => serve(site, `${token}x`)],
    ['an error with the token', (site: Site, token: string) => serve(site, token, 500)],
    ['too much', (site: Site, token: string) => serve(site, `${token}\n${'x'.repeat(20_000)}`)],
    [
      'a redirect to a site with the token',
      (site: Site, token: string) => {
        serve(other(), token);
        site.answer = (response) => void response.writeHead(302, { location: other().url + PUBLISHER_PATH }).end();
      },
    ],
  ])('does not prove a website that serves %s', async (_, answer) => {
    answer(mine(), (await start(ada)).token);
    expect(await check(ada)).toMatchObject({ is_verified: false, failure: expect.any(String) });
    expect(other().asked).toEqual([]);
  });

  it('does not prove a website with the token of someone else, or of another website', async () => {
    await prove(ada);
    await start(bob);
    expect(await check(bob)).toMatchObject({ is_verified: false });
    const first = (await get(ada)).token;
    serve(other(), first);
    expect((await start(ada, other().url)).token).not.toBe(first);
    expect(await check(ada)).toMatchObject({ is_verified: false });
  });

  it('keeps the token when they name the same website again, and loses the mark with another one', async () => {
    const proven = await prove(ada);
    expect(await start(ada)).toEqual(proven);
    expect(await start(ada, other().url)).toMatchObject({ website: other().url, is_verified: false });
    expect(await changes()).toEqual([mine().url, null]);
  });

  it('loses the mark when they remove the website', async () => {
    await prove(ada);
    expect(await remove(ada)).toMatchObject({ website: mine().url, is_verified: false });
    expect(await changes()).toEqual([mine().url, null]);
    expect(await codeOf(get(ada))).toBe('publisher_proof_not_found');
    for (const work of [check, remove]) expect(await codeOf(work(ada))).toBe('publisher_proof_not_found');
    expect(await harness.query(`select from schedule where key = 'publisher'`)).toEqual([]);
  });

  it('of another tenant with the same id has no proof of theirs', async () => {
    await prove(ada);
    expect(await codeOf(get(asUser('ada', { tenant: 'other' })))).toBe('publisher_proof_not_found');
  });
});

it.each(['http://example.com', 'https://ada:pw@example.com', 'http://127.0.0.2'])('the website %s cannot be proven', async (website) => {
  expect(await codeOf(start(ada, website))).toBe('website_not_allowed');
});

it('a private address is never asked', async () => {
  await start(ada, 'https://127.0.0.2');
  expect(await check(ada)).toMatchObject({ is_verified: false, failure: expect.stringContaining('is not a public address') });
});

it.each(['', 'javascript:alert(1)', 'no website'])('%j is not a website', async (website) => {
  expect(await codeOf(start(ada, website))).toBe('invalid_input');
});

it('someone who is no developer is refused', async () => {
  expect(await codeOf(start(asUser('eve')))).toBe('not_a_developer');
});

describe('each month', () => {
  const dueNow = () => harness.query(`update schedule set next_at = now() where key = 'publisher'`);
  /** Ends the pause after a failed check. */
  const nextDay = () =>
    harness.query(
      `with waits as (update run_step set until = now() where not done returning run_id)
       update run set due_at = now() where id in (select run_id from waits)`,
    );
  const asked = (times: number) => waitUntil(`${times} checks`, () => mine().asked.length >= times, 20_000);
  const waiting = () => waitUntil('the pause', async () => (await harness.query(`select from run where status = 'waiting'`))[0], 20_000);

  it('a website is checked, and keeps the mark after up to two failures', async () => {
    const { token } = await prove(ada);
    mine().asked.length = 0;
    serve(mine(), 'gone', 503);
    await dueNow();
    for (const day of [1, 2]) {
      await asked(day);
      await waiting();
      expect(await get(ada)).toMatchObject({ is_verified: true, failure: 'The address answered 503.' });
      if (day === 2) serve(mine(), token);
      await nextDay();
    }
    await waitUntil('the success', async () => (await get(ada)).failure === null, 20_000);
    expect(await get(ada)).toMatchObject({ is_verified: true });
    expect(await changes()).toEqual([mine().url]);
  });

  it('a website that fails three times is lost, until it is proven again', async () => {
    const { token } = await prove(ada);
    mine().asked.length = 0;
    serve(mine(), 'gone');
    await dueNow();
    for (const day of [1, 2]) {
      await asked(day);
      await waiting();
      await nextDay();
    }
    await waitUntil('the loss', async () => !(await get(ada)).is_verified, 20_000);
    expect(mine().asked).toHaveLength(3);
    expect(await changes()).toEqual([mine().url, null]);
    serve(mine(), token);
    expect(await check(ada)).toMatchObject({ is_verified: true });
    expect(await changes()).toEqual([mine().url, null, mine().url]);
  });
});
