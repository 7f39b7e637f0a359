import { AgencyTheme, auth, type CreateAgency } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { codeOf, codesOf, problemOf, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, startAuth, someone } from './auth.js';

const OTHER = 'other';
const admin = (tenant: string) => someone({ tenant, user: 'imp_u_admin', role: 'admin', actor: 'user' });
const ours = admin('default');
const theirs = admin(OTHER);

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
  await harness.query('insert into tenant (id, name) values ($1, $1)', [OTHER]);
});
afterAll(() => harness?.close());

const newId = () => `ag-${randomBytes(5).toString('hex')}`;
const create = (input: Partial<CreateAgency> = {}, ctx: Ctx = ours) =>
  harness.call(auth.createAgency, ctx, { agency_id: newId(), display_name: 'North', ...input });
const read = (agency_id: string, ctx: Ctx = ours) => harness.call(auth.getAgency, ctx, { agency_id });
const change = (agency_id: string, settings: object, ctx: Ctx = ours) =>
  harness.call(auth.updateAgencySettings, ctx, { agency_id, ...settings });
const fieldOf = async (call: Promise<unknown>) => {
  const { body } = await problemOf(call);
  return [body.code, (body.detail as { loc: string[] }[])[0]?.loc.join('.')];
};

describe('an administrator', () => {
  it('creates agencies, reads them and lists them by creation', async () => {
    const settings = { logo_url: '/north.svg', compliance_tier: 'federal', theme: { density: 'compact' } };
    const north = await create({ agency_id: 'north-office', domain: 'North.Example.com', settings });
    expect(north).toEqual({
      agency_id: 'north-office',
      display_name: 'North',
      domain: 'north.example.com',
      settings,
      created_at: expect.any(Date),
    });
    expect(await read('north-office')).toEqual(north);
    const south = await create();
    expect([south.domain, south.settings]).toEqual([null, {}]);
    const all = await harness.call(auth.listAgencies, ours, { limit: 500, offset: 0 });
    expect(all.rows.map(({ agency_id }) => agency_id).slice(-2)).toEqual(['north-office', south.agency_id]);
    const second = await harness.call(auth.listAgencies, ours, { limit: 1, offset: 1 });
    expect(second).toEqual({ rows: [all.rows[1]], total: all.total });
  });

  it('cannot reuse an id or a domain within a tenant, nor the reserved id `default`', async () => {
    const { agency_id } = await create({ domain: 'twice.example.com' });
    expect(await codeOf(create({ agency_id }))).toBe('agency_id_taken');
    expect(await codeOf(create({ domain: 'TWICE.example.com' }))).toBe('agency_id_taken');
    expect(await codeOf(create({ agency_id: 'default' }))).toBe('agency_id_taken');
    expect((await create({ agency_id, domain: 'twice.example.com' }, theirs)).agency_id).toBe(agency_id);
  });

  it.each([
    [{ agency_id: 'ab' }, 'agency_id'],
    [{ agency_id: 'a b c' }, 'agency_id'],
    [{ display_name: '' }, 'display_name'],
    [{ domain: 'https://example.com/' }, 'domain'],
    [{ domain: 'localhost' }, 'domain'],
    [{ settings: { logo_url: 'javascript:alert(1)' } }, 'settings.logo_url'],
    [{ settings: { mail: { password: 'x' } } }, 'settings.mail.password'],
    [{ settings: { retention_days: 'long' } }, 'settings.retention_days'],
  ])('gets invalid_input for %j', async (input, field) => {
    expect(await fieldOf(create(input))).toEqual(['invalid_input', field]);
  });

  it('changes settings and keeps the others, including extra ones', async () => {
    const { agency_id } = await create({ settings: { retention_days: 30, extension: { a: 1 } } });
    await change(agency_id, { logo_url: 'https://cdn.example.com/l.svg', logo_dark_url: '/dark.svg', extra: { theme: 'warm' } });
    const { settings } = await change(agency_id, { compliance_tier: 'hipaa', logo_url: '', extra: { extension: null } });
    expect(settings).toEqual({ retention_days: 30, logo_dark_url: '/dark.svg', theme: 'warm', compliance_tier: 'hipaa' });
    expect((await read(agency_id)).settings).toEqual(settings);
  });

  it('loses no concurrent change', async () => {
    const { agency_id } = await create();
    await Promise.all(Array.from({ length: 12 }, (_, n) => change(agency_id, { extra: { [`s${n}`]: n } })));
    expect(Object.keys((await read(agency_id)).settings!)).toHaveLength(12);
  });

  it.each([
    [{ logo_url: 'http://example.com/logo.svg' }, 'logo_url'],
    [{ logo_dark_url: '//example.com/logo.svg' }, 'logo_dark_url'],
    [{ compliance_tier: 'x'.repeat(33) }, 'compliance_tier'],
    [{ retention_days: 3651 }, 'retention_days'],
    [{ extra: { api_key: 'x' } }, 'extra.api_key'],
    [{ extra: { logo_url: '/x' } }, 'extra.logo_url'],
    [{ extra: { long: 'x'.repeat(60_000) } }, 'extra'],
  ])('cannot set %j', async (settings, field) => {
    const { agency_id } = await create({ settings: { kept: true } });
    expect(await fieldOf(change(agency_id, settings))).toEqual(['invalid_input', field]);
    expect((await read(agency_id)).settings).toEqual({ kept: true });
  });

  it('finds no agency of another tenant', async () => {
    const { agency_id } = await create({}, theirs);
    for (const code of await codesOf([read(agency_id), change(agency_id, { retention_days: 1 }), read('nowhere')]))
      expect(code).toBe('agency_not_found');
    const { rows } = await harness.call(auth.listAgencies, ours, { limit: 500, offset: 0 });
    expect(rows.map((agency) => agency.agency_id)).not.toContain(agency_id);
    expect((await read(agency_id, theirs)).settings).toEqual({});
  });

  it('is recorded in the audit log with the names of changed settings, without values', async () => {
    const { agency_id } = await create();
    await change(agency_id, { retention_days: 9, extra: { colour: 'teal', old: null } });
    const { items } = await harness.call(auth.readAudit, ours, { target_id: agency_id, page: 1, per_page: 10 });
    expect(items.map(({ action, metadata }) => [action, metadata])).toEqual([
      ['agency.settings_changed', { settings: ['colour', 'retention_days', 'old'] }],
      ['agency.created', null],
    ]);
  });
});

describe('a user', () => {
  it('without an agency gets the default one', async () => {
    const person = await harness.newcomer();
    expect(await harness.call(auth.getMyAgency, person.ctx, {})).toEqual({
      agency_id: 'default',
      display_name: 'Default',
      domain: null,
      settings: {},
      created_at: expect.any(Date),
      theme: { ...new AgencyTheme() },
    });
  });

  it('gets their own agency, never another tenant’s with the same id', async () => {
    const { agency_id } = await create({ display_name: 'Ours' });
    await create({ agency_id, display_name: 'Theirs' }, theirs);
    const [person, stranger, lost] = [await harness.newcomer(), await harness.newcomer(undefined, OTHER), await harness.newcomer()];
    await harness.query('update account set agency_id = $1 where id = any($2)', [agency_id, [person.user, stranger.user]]);
    await harness.query(`update account set agency_id = 'gone' where id = $1`, [lost.user]);
    const nameOf = async ({ ctx }: { ctx: Ctx }) => (await harness.call(auth.getMyAgency, ctx, {})).display_name;
    expect([await nameOf(person), await nameOf(stranger), await nameOf(lost)]).toEqual(['Ours', 'Theirs', 'Default']);
  });
});

it('a service that names no tenant works in the operator’s tenant', async () => {
  const { agency_id } = await create({}, asService('setup'));
  expect((await read(agency_id)).agency_id).toBe(agency_id);
  expect((await change(agency_id, { retention_days: 5 }, asService('setup'))).settings).toEqual({ retention_days: 5 });
});

describe('the theme of an agency', () => {
  const paint = (agency_id: string, theme: object, ctx: Ctx = ours) =>
    harness.call(auth.setAgencyTheme, ctx, Object.assign(new AgencyTheme(), theme, { agency_id }));
  const themeOf = (agency_id: string, ctx: Ctx = ours) => harness.call(auth.getAgencyTheme, ctx, { agency_id });

  it('is the default one until an administrator sets another, which replaces it', async () => {
    const { agency_id } = await create();
    expect(await themeOf(agency_id)).toEqual({ ...new AgencyTheme() });
    const dark = await paint(agency_id, { background_light: '#000000', foreground_light: '#FFFFFF', density: 'compact' });
    expect(dark).toMatchObject({ background_light: '#000000', density: 'compact', radius: 'default' });
    expect(await themeOf(agency_id)).toEqual(dark);
    expect(await paint(agency_id, { radius: 'rounded' })).toEqual({ ...new AgencyTheme(), radius: 'rounded' });
  });

  it('is part of what its users read of their agency', async () => {
    const { agency_id } = await create();
    await paint(agency_id, { density: 'spacious' });
    const member = await harness.newcomer();
    await harness.query('update account set agency_id = $1 where id = $2', [agency_id, member.user]);
    expect((await harness.call(auth.getMyAgency, member.ctx, {})).theme).toMatchObject({ density: 'spacious' });
    expect((await harness.call(auth.getMyAgency, theirs, {})).theme).toEqual({ ...new AgencyTheme() });
  });

  it.each([
    [{ density: 'huge' }, 'density'],
    [{ radius: 'round' }, 'radius'],
    [{ border_dark: 'red' }, 'border_dark'],
    [{ border_dark: '#fff' }, 'border_dark'],
    [{ primary_foreground_light: '#777777' }, 'primary_foreground_light'],
  ])('is not set to %j', async (theme, field) => {
    const { agency_id } = await create();
    expect(await fieldOf(paint(agency_id, theme))).toEqual(['invalid_input', field]);
    expect(await themeOf(agency_id)).toEqual({ ...new AgencyTheme() });
  });

  it('cannot be read or set from another tenant', async () => {
    const { agency_id } = await create();
    expect(await codeOf(themeOf(agency_id, theirs))).toBe('agency_not_found');
    expect(await codeOf(paint(agency_id, { density: 'compact' }, theirs))).toBe('agency_not_found');
    expect(await codeOf(paint('nowhere', {}))).toBe('agency_not_found');
    expect((await themeOf(agency_id)).density).toBe('default');
  });
});
