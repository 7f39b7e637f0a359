import type { ChannelPreferences, Priority } from '@skep/contracts/channels';
import { expect, it } from '@jest/globals';
import type { KnownPreferences } from '../preference/preference.repository.js';
import { chooseChannels } from './choose-channels.js';

const NOON = new Date('2026-06-21T12:00:00Z');
const NIGHT = new Date('2026-06-21T23:00:00Z');
const MORNING = new Date('2026-06-22T07:00:00Z');
const EVERYTHING = { min_priority: 'low', quiet_priority: 'urgent' } as const;
const preferences = (channels: Partial<ChannelPreferences> = {}): KnownPreferences => ({
  ...{ timezone: 'UTC', quiet_from: '22:00', quiet_until: '07:00', topics: {} },
  channels: { panel: EVERYTHING, email: EVERYTHING, push: EVERYTHING, whatsapp: { ...EVERYTHING, min_priority: 'never' }, ...channels },
});
const all = { enabled: true, default: ['panel', 'email'], apps: {} };
const notified = (more: object = {}) => ({ source: 'reports', channel: 'default', priority: 'normal' as Priority, ...more });
const names = (...args: Parameters<typeof chooseChannels>) => chooseChannels(...args).map(({ channel }) => channel);

it('a notification goes where the user wants it from the app, or else from all apps', () => {
  expect(names(notified(), all, preferences(), NOON)).toEqual(['panel', 'email', 'push']);
  expect(names(notified(), { ...all, default: ['panel', 'telegram'] }, preferences(), NOON)).toEqual(['panel', 'push']);
  expect(names(notified(), { ...all, apps: { reports: ['email'] } }, preferences(), NOON)).toEqual(['email']);
  expect(names(notified({ source: 'constructor' }), all, preferences(), NOON)).toEqual(['panel', 'email', 'push']);
  expect(names(notified(), { ...all, apps: { reports: [] } }, preferences(), NOON)).toEqual([]);
  expect(names(notified({ priority: 'urgent' }), { ...all, enabled: false }, preferences(), NOON)).toEqual([]);
});

it('the sender narrows the channels, and adds none', () => {
  expect(names(notified({ channel: 'email' }), all, preferences(), NOON)).toEqual(['email']);
  expect(names(notified({ channel: 'email' }), { ...all, default: ['panel'] }, preferences(), NOON)).toEqual(['panel', 'push']);
  expect(names(notified({ channel: 'email' }), { ...all, default: [] }, preferences(), NOON)).toEqual([]);
});

it('a channel gets what is important enough for it', () => {
  const wishes = preferences({ email: { min_priority: 'high', quiet_priority: 'urgent' }, push: { ...EVERYTHING, min_priority: 'never' } });
  expect(names(notified(), all, wishes, NOON)).toEqual(['panel']);
  expect(names(notified({ priority: 'urgent' }), all, wishes, NOON)).toEqual(['panel', 'email']);
});

it('quiet hours hold back what is not important enough, until they end', () => {
  const wishes = preferences({ panel: { min_priority: 'low', quiet_priority: 'low' } });
  expect(chooseChannels(notified({ priority: 'high' }), all, wishes, NIGHT)).toEqual([
    { channel: 'panel' },
    { channel: 'email', at: MORNING },
    { channel: 'push', at: MORNING },
  ]);
  expect(chooseChannels(notified({ priority: 'urgent' }), all, wishes, NIGHT)).toEqual([
    { channel: 'panel' },
    { channel: 'email' },
    { channel: 'push' },
  ]);
});

it('a user hears nothing of a source that they have turned off, on no channel', () => {
  const topics = { reports: false, weather: true };
  expect(names(notified({ priority: 'urgent' }), all, { ...preferences(), topics }, NOON)).toEqual([]);
  for (const source of ['weather', 'news', 'constructor'])
    expect(names(notified({ source }), all, { ...preferences(), topics }, NOON)).toEqual(['panel', 'email', 'push']);
});

it('WhatsApp accompanies the panel for who wants it', () => {
  const wanted = preferences({ whatsapp: EVERYTHING });
  expect(names(notified(), { ...all, default: ['panel'] }, wanted, NOON)).toEqual(['panel', 'push', 'whatsapp']);
  expect(names(notified(), { ...all, default: ['email'] }, wanted, NOON)).toEqual(['email']);
});
