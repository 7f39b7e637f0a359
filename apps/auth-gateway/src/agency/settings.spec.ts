import { type Fault, Problem } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import { readChanges, readSettings } from './settings.js';

const faultsOf = (read: () => unknown): [string, string][] => {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return (error.body.detail as Fault[]).map(({ loc, type }) => [loc.join('.'), type]);
    throw error;
  }
  return [];
};

it.each(['https://cdn.example.com/logo.svg?v=2', '/static/logo.svg', '/', ''])('"%s" may be a logo', (logo_url) => {
  expect(faultsOf(() => readChanges({ logo_url }))).toEqual([]);
});

it.each([
  'http://example.com/logo.svg',
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:image/svg+xml,<svg/>',
  'file:///etc/passwd',
  '//evil.example.com/logo.svg',
  '/\\evil.example.com',
  'logo.svg',
  ' https://example.com/logo.svg',
  'https://user:pass@example.com/logo.svg',
  'https://',
  'https:/example.com',
  '/logo\n.svg',
])('"%s" may not', (url) => {
  expect(faultsOf(() => readChanges({ logo_url: url, logo_dark_url: url }))).toEqual([
    ['logo_url', 'logo_url'],
    ['logo_dark_url', 'logo_url'],
  ]);
});

it.each([
  ['password', { password: 'x' }],
  ['smtp.Api_Key', { smtp: { Api_Key: 'x' } }],
  ['list.1.accessToken', { list: [{}, { accessToken: 'x' }] }],
  ['clientSecret', { clientSecret: null }],
])('a setting called %s is refused', (at, extra) => {
  expect(faultsOf(() => readChanges({ extra }))).toEqual([[`extra.${at}`, 'setting_secret']]);
  expect(faultsOf(() => readSettings(extra))).toEqual([[`settings.${at}`, 'setting_secret']]);
});

it('extra settings cannot get round the checks of those that have a field', () => {
  expect(faultsOf(() => readChanges({ extra: { logo_url: 'javascript:alert(1)' } }))).toEqual([['extra.logo_url', 'setting_named']]);
});

it('what an agency begins with is checked as a change is', () => {
  const wrong = { logo_url: 'http://example.com', compliance_tier: 'x'.repeat(33), retention_days: 0 };
  expect(
    faultsOf(() => readSettings(wrong))
      .map(([at]) => at)
      .sort(),
  ).toEqual(['settings.compliance_tier', 'settings.retention_days']);
  expect(faultsOf(() => readSettings({ logo_url: 'http://example.com' }))).toEqual([['settings.logo_url', 'logo_url']]);
  expect(faultsOf(() => readSettings({ extra: 'x'.repeat(50_000) }))).toEqual([['settings', 'settings_long']]);
  expect(readSettings({ retention_days: 30, theme: { density: 'compact' }, nothing: null })).toEqual({
    retention_days: 30,
    theme: { density: 'compact' },
  });
});

it('tells what to put and what to take away', () => {
  expect(
    readChanges({ logo_url: '', logo_dark_url: '/dark.svg', retention_days: 7, extra: { theme: 'warm', old: null, empty: '' } }),
  ).toEqual({
    put: { logo_dark_url: '/dark.svg', retention_days: 7, theme: 'warm', empty: '' },
    removed: ['old', 'logo_url'],
  });
});
