import { type Fault, Problem } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import { parseSettingsChanges, parseSettings } from './settings.js';

const faultsOf = (read: () => unknown): [string, string][] => {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return (error.body.detail as Fault[]).map(({ loc, type }) => [loc.join('.'), type]);
    throw error;
  }
  return [];
};

it.each(['https://cdn.example.com/logo.svg?v=2', '/static/logo.svg', '/', ''])('accepts %j as a logo URL', (logo_url) => {
  expect(faultsOf(() => parseSettingsChanges({ logo_url }))).toEqual([]);
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
])('rejects %j as a logo URL', (url) => {
  expect(faultsOf(() => parseSettingsChanges({ logo_url: url, logo_dark_url: url }))).toEqual([
    ['logo_url', 'logo_url'],
    ['logo_dark_url', 'logo_url'],
  ]);
});

it.each([
  ['password', { password: 'x' }],
  ['smtp.Api_Key', { smtp: { Api_Key: 'x' } }],
  ['list.1.accessToken', { list: [{}, { accessToken: 'x' }] }],
  ['clientSecret', { clientSecret: null }],
])('rejects a setting named %s', (at, extra) => {
  expect(faultsOf(() => parseSettingsChanges({ extra }))).toEqual([[`extra.${at}`, 'setting_secret']]);
  expect(faultsOf(() => parseSettings(extra))).toEqual([[`settings.${at}`, 'setting_secret']]);
});

it('rejects an extra setting that has a field of its own', () => {
  expect(faultsOf(() => parseSettingsChanges({ extra: { logo_url: 'javascript:alert(1)' } }))).toEqual([
    ['extra.logo_url', 'setting_named'],
  ]);
});

it('checks the settings of a new agency as it checks changes', () => {
  const wrong = { logo_url: 'http://example.com', compliance_tier: 'x'.repeat(33), retention_days: 0 };
  expect(
    faultsOf(() => parseSettings(wrong))
      .map(([at]) => at)
      .sort(),
  ).toEqual(['settings.compliance_tier', 'settings.retention_days']);
  expect(faultsOf(() => parseSettings({ logo_url: 'http://example.com' }))).toEqual([['settings.logo_url', 'logo_url']]);
  expect(faultsOf(() => parseSettings({ extra: 'x'.repeat(50_000) }))).toEqual([['settings', 'settings_long']]);
  expect(parseSettings({ retention_days: 30, theme: { density: 'compact' }, nothing: null })).toEqual({
    retention_days: 30,
    theme: { density: 'compact' },
  });
});

it('separates settings to set from settings to remove', () => {
  expect(
    parseSettingsChanges({ logo_url: '', logo_dark_url: '/dark.svg', retention_days: 7, extra: { theme: 'warm', old: null, empty: '' } }),
  ).toEqual({
    set: { logo_dark_url: '/dark.svg', retention_days: 7, theme: 'warm', empty: '' },
    remove: ['old', 'logo_url'],
  });
});
