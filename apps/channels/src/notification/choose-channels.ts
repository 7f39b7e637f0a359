import { CHANNELS, type Channel, PRIORITIES, type Threshold } from '@skep/contracts/channels';
import type { NotificationSettings } from '@skep/contracts/kernel';
import type { KnownPreferences } from '../preference/preference.repository.js';
import { endOfQuietHours } from '../preference/quiet-hours.js';
import type { NotificationEntity } from './notification.entity.js';

/** A channel on which a notification goes; `at`: not before, because of quiet hours. */
export interface ChosenChannel {
  channel: Channel;
  at?: Date | undefined;
}

type Notified = Pick<NotificationEntity, 'source' | 'channel' | 'priority'>;

const ACCOMPANY_PANEL: readonly Channel[] = ['push', 'whatsapp'];

const rankOf = (threshold: Threshold) => (threshold === 'never' ? Infinity : PRIORITIES.indexOf(threshold));

/**
 * The channels that the user chose for the app, or for all apps. The sender may narrow them to one of these. Pushes and WhatsApp accompany the panel.
 * What is less important than a user wants on a channel does not go there, or waits until their quiet hours end.
 */
export function chooseChannels(
  notified: Notified,
  settings: NotificationSettings,
  preferences: KnownPreferences,
  now: Date,
): ChosenChannel[] {
  if (settings.enabled === false || (Object.hasOwn(preferences.topics, notified.source) && !preferences.topics[notified.source])) return [];
  const apps = settings.apps ?? {};
  const ofApp = Object.hasOwn(apps, notified.source) ? apps[notified.source] : undefined;
  const surfaces = ofApp ?? settings.default ?? [];
  const chosen = CHANNELS.filter(
    (channel) => surfaces.includes(channel) || (ACCOMPANY_PANEL.includes(channel) && surfaces.includes('panel')),
  );
  const named = chosen.filter((channel) => channel === notified.channel);
  const rank = rankOf(notified.priority);
  const quietUntil = endOfQuietHours(preferences, now);
  return (named.length ? named : chosen)
    .filter((channel) => rank >= rankOf(preferences.channels[channel].min_priority))
    .map((channel) => ({ channel, at: rank >= rankOf(preferences.channels[channel].quiet_priority) ? undefined : quietUntil }));
}
