import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Json, Nested, Nullable, Optional, Shape, Text, TimeZone } from '../fields.js';
import { problem } from '../problem.js';
import { Time } from './preferences.js';

const docs = {
  push: { description: 'Pushes to your devices and browsers.', example: true },
  whatsapp: { description: 'Messages to the WhatsApp numbers that you have linked.', example: false },
  email: { description: 'E-mails.', example: true },
  start: { description: 'When they begin, in your time zone.', example: '22:00' },
  end: { description: 'When they end; what was held back is delivered then.', example: '07:00' },
  timezone: { description: 'Your time zone (IANA), in which quiet hours are.', example: 'Europe/Madrid' },
  quiet_hours: { description: 'Hours in which only what is urgent comes; null without any.' },
  topics: {
    description: 'What you want to hear of, by the source of a notification: `false` turns it off, and what is not named is on.',
    example: { reports: false },
  },
} satisfies Record<string, FieldDocs>;

@Shape('Whether notifications come on each channel.')
export class ReachChannels {
  @Bool(docs.push) push!: boolean;
  @Bool(docs.whatsapp) whatsapp!: boolean;
  @Bool(docs.email) email!: boolean;
}

@Shape('Hours in which notifications wait.')
export class QuietHours {
  @Time({ min: 5, ...docs.start }) start!: string;
  @Time({ min: 5, ...docs.end }) end!: string;
}

@Shape('How the coach reaches you. It is another view of your preferences: a channel that is on has a lowest priority there.')
export class Reach {
  @Nested(() => ReachChannels, { description: 'Whether notifications come on each channel.' }) channels!: ReachChannels;
  @Nullable() @Nested(() => QuietHours, docs.quiet_hours) quiet_hours!: QuietHours | null;
  @TimeZone(docs.timezone) timezone!: string;
  @Json(docs.topics) topics!: Record<string, boolean>;
}

@Shape('Whether notifications come on each channel. What is left out stays.')
export class SetReachChannels {
  @Optional() @Bool(docs.push) push?: boolean;
  @Optional() @Bool(docs.whatsapp) whatsapp?: boolean;
  @Optional() @Bool(docs.email) email?: boolean;
}

@Shape('How the coach reaches you from now on. What is left out stays.')
export class SetReach {
  @Optional() @Nested(() => SetReachChannels, { description: 'Whether notifications come on each channel.' }) channels?: SetReachChannels;
  @Optional() @Nullable() @Nested(() => QuietHours, docs.quiet_hours) quiet_hours?: QuietHours | null;
  @Optional() @TimeZone(docs.timezone) timezone?: string;
  @Optional() @Json(docs.topics) topics?: Record<string, unknown>;
}

@Shape('A notification that was opened.')
export class OpenNotification {
  @Text({ min: 1, max: 64, description: 'Id of the notification.', example: 'ntf_5b2e' }) notification_id!: string;
  @Optional() @Instant({ description: 'When it was opened, if not now.', example: '2026-06-21T10:00:00Z' }) opened_at?: Date;
}

export const NotificationNotFound = problem('notification_not_found', 404, 'Notification not found.');

const scope = 'coach:use';

export const reachMembers = {
  getReach: operation('Read how the coach reaches you', { input: Empty, output: Reach, scope }),
  setReach: operation('Change how the coach reaches you', {
    description: 'Holds for notifications that are sent from now on.',
    input: SetReach,
    output: Reach,
    scope,
  }),
  noteOpened: operation('Note that a notification was opened', {
    description: 'It is read from then on. The first time counts.',
    input: OpenNotification,
    output: Empty,
    problems: [NotificationNotFound],
    scope,
  }),
};
