import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const register = (ctx: Ctx, input: object) => harness.call(portal.registerDeveloper, ctx, { tier: 'explorer', ...input });

beforeAll(async () => {
  harness = await openPortal(['billing']);
});
afterAll(() => harness?.close());

describe('registering as a developer', () => {
  it('accepts a display name, and derives the nickname from it', async () => {
    const input = { display_name: 'Ada Lovelace', website: 'https://ada.example', description: 'Extensions.' };
    const developer = await register(asUser('ada'), input);
    expect(developer).toMatchObject({
      ...input,
      imperal_id: 'imp_u_ada',
      developer_id: 'imp_u_ada',
      email: 'ada@example.com',
      nickname: 'ada-lovelace',
      tier: 'explorer',
      tier_until: null,
      apps_count: 0,
      total_earnings: 0,
    });
    expect(developer.registered_at).toBeInstanceOf(Date);
    expect(await harness.call(portal.getProfile, asUser('ada'), {})).toEqual(developer);
  });

  it('accepts a nickname, which is then also the display name', async () => {
    expect(await register(asUser('bob'), { nickname: 'bob_the-builder' })).toMatchObject({
      nickname: 'bob_the-builder',
      display_name: 'bob_the-builder',
      website: null,
      description: null,
    });
  });

  it('gives the second developer of a name another nickname', async () => {
    const { nickname } = await register(asUser('ada2'), { display_name: 'Ada Lovelace' });
    expect(nickname).toMatch(/^ada-lovelace-[0-9a-f]{4}$/);
  });

  it('finds a nickname for every name', async () => {
    expect((await register(asUser('li'), { display_name: '李雷' })).nickname).toMatch(/^dev(-[0-9a-f]{4})?$/);
    expect((await register(asUser('fake'), { display_name: 'Support' })).nickname).toMatch(/^support-[0-9a-f]{4}$/);
  });

  it('is refused the second time, with the detail that clients know', async () => {
    await expect(register(asUser('ada'), { nickname: 'someone-else' })).rejects.toMatchObject({
      body: { code: 'already_developer', status: 400, detail: 'Already registered as developer' },
    });
  });

  it('happens once for two concurrent requests', async () => {
    const twice = await Promise.allSettled([1, 2].map((n) => register(asUser('twin'), { nickname: `twin-${n}` })));
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a nickname that is taken, also in another tenant, with the detail that clients know', async () => {
    await expect(register(asUser('eve'), { nickname: 'bob_the-builder' })).rejects.toMatchObject({
      body: { code: 'nickname_taken', status: 400, detail: `Nickname 'bob_the-builder' is already taken` },
    });
    await expect(register(asUser('eve', { tenant: 'imp_t_other' }), { nickname: 'bob_the-builder' })).rejects.toMatchObject({
      body: { code: 'nickname_taken' },
    });
  });

  it('refuses a nickname that could be mistaken for the operator', async () => {
    await expect(register(asUser('eve'), { nickname: 'admin' })).rejects.toMatchObject({
      body: { code: 'nickname_taken', detail: `Nickname 'admin' is reserved` },
    });
  });

  it('reports both fields if neither name is given', async () => {
    for (const input of [{}, { display_name: '  ' }])
      await expect(register(asUser('eve'), input)).rejects.toMatchObject({
        body: { code: 'invalid_input', status: 422, detail: [{ loc: ['nickname'] }, { loc: ['display_name'] }] },
      });
  });

  it.each([
    [{ nickname: 'No' }, 'nickname'],
    [{ nickname: '-dash-' }, 'nickname'],
    [{ nickname: 'fine', tier: 'emperor' }, 'tier'],
    [{ nickname: 'fine', website: 'javascript:alert(1)' }, 'website'],
  ])('reports the faults of %j', async (input, field) => {
    await expect(register(asUser('eve'), input)).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: [field] }] } });
  });

  it('is refused to services', async () => {
    await expect(register(tooling(), { nickname: 'robot' })).rejects.toMatchObject({ body: { code: 'forbidden' } });
  });
});

describe('a profile', () => {
  it('does not exist before the registration, nor in another tenant', async () => {
    for (const ctx of [asUser('nobody'), asUser('ada', { tenant: 'imp_t_other' })])
      await expect(harness.call(portal.getProfile, ctx, {})).rejects.toMatchObject({ body: { code: 'not_a_developer', status: 403 } });
  });
});
