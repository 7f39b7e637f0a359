import { Empty, Message } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Nested, Nullable, OneOf, Optional, Shape, Text, TimeZone } from '../fields.js';
import { problem } from '../problem.js';
import { PRIORITIES, type Priority } from './notification.js';

/** The ways on which notifications reach people. */
export const CHANNELS = ['panel', 'email', 'push', 'whatsapp'] as const;
export type Channel = (typeof CHANNELS)[number];
/** `never`: more important than any notification. */
const THRESHOLDS = [...PRIORITIES, 'never'] as const;
export type Threshold = Priority | 'never';

const docs = {
  timezone: { description: 'Your time zone, as IANA names it.', example: 'Europe/Berlin' },
  quiet_from: { description: 'When your quiet hours begin, in your time zone.', example: '22:00' },
  quiet_until: { description: 'When your quiet hours end; what was held back is delivered then.', example: '07:00' },
  min_priority: { description: 'The lowest priority that comes on this channel; `never`: none.', example: 'normal' },
  quiet_priority: { description: 'The lowest priority that comes also during quiet hours. `urgent` always does.', example: 'urgent' },
} satisfies Record<string, FieldDocs>;

@Shape('What comes on a channel.')
export class ChannelPreference {
  @OneOf(THRESHOLDS, docs.min_priority) min_priority!: Threshold;
  @OneOf(PRIORITIES, docs.quiet_priority) quiet_priority!: Priority;
}

@Shape(
  'What comes on each channel. Which channels an app uses is part of your settings (`notifications`); pushes and WhatsApp accompany the panel.',
)
export class ChannelPreferences {
  @Nested(() => ChannelPreference, { description: 'The event stream.' }) panel!: ChannelPreference;
  @Nested(() => ChannelPreference, { description: 'E-mails.' }) email!: ChannelPreference;
  @Nested(() => ChannelPreference, { description: 'Pushes to your browsers and devices.' }) push!: ChannelPreference;
  @Nested(() => ChannelPreference, { description: 'Messages to the WhatsApp numbers that you have linked; `never` by default.' })
  whatsapp!: ChannelPreference;
}

@Shape('How notifications reach you.')
export class Preferences {
  @Text(docs.timezone) timezone!: string;
  @Nullable()
  @Text({ ...docs.quiet_from, description: `${docs.quiet_from.description} Null without quiet hours.` })
  quiet_from!: string | null;
  @Nullable() @Text(docs.quiet_until) quiet_until!: string | null;
  @Nested(() => ChannelPreferences, { description: 'What comes on each channel.' }) channels!: ChannelPreferences;
}

@Shape('Changes of what comes on a channel.')
export class UpdateChannelPreference {
  @Optional() @OneOf(THRESHOLDS, docs.min_priority) min_priority?: Threshold;
  @Optional() @OneOf(PRIORITIES, docs.quiet_priority) quiet_priority?: Priority;
}

@Shape('Changes of what comes on each channel.')
export class UpdateChannelPreferences {
  @Optional() @Nested(() => UpdateChannelPreference, { description: 'The event stream.' }) panel?: UpdateChannelPreference;
  @Optional() @Nested(() => UpdateChannelPreference, { description: 'E-mails.' }) email?: UpdateChannelPreference;
  @Optional() @Nested(() => UpdateChannelPreference, { description: 'Pushes.' }) push?: UpdateChannelPreference;
  @Optional() @Nested(() => UpdateChannelPreference, { description: 'WhatsApp.' }) whatsapp?: UpdateChannelPreference;
}

/** A time of day, as `22:00`, or empty. */
export const Time = (o: FieldDocs & { min?: number }) => Text({ pattern: /^(([01]\d|2[0-3]):[0-5]\d)?$/, max: 5, ...o });

@Shape('Changes of how notifications reach you. What is left out or null stays.')
export class UpdatePreferences {
  @Optional() @TimeZone(docs.timezone) timezone?: string;
  @Optional() @Time({ ...docs.quiet_from, description: `${docs.quiet_from.description} Empty: no quiet hours.` }) quiet_from?: string;
  @Optional() @Time(docs.quiet_until) quiet_until?: string;
  @Optional() @Nested(() => UpdateChannelPreferences, { description: 'What comes on each channel.' }) channels?: UpdateChannelPreferences;
}

@Shape('What the link in an e-mail says.')
export class Unsubscribe {
  @Text({ min: 1, max: 500, description: '`token` of the link in the e-mail.', example: 'eyJ0IjoiZGVm' }) token!: string;
}

export const UnsubscribeInvalid = problem('unsubscribe_invalid', 400, 'This link is not valid. Change your preferences instead.');

export const preferenceMembers = {
  getPreferences: operation('Read how notifications reach you', {
    description: 'What you have not chosen has its default.',
    input: Empty,
    output: Preferences,
  }),
  updatePreferences: operation('Change how notifications reach you', {
    description: 'Holds for notifications that are sent from now on. Returns all preferences.',
    input: UpdatePreferences,
    output: Preferences,
  }),
  unsubscribe: operation('Stop e-mails with notifications', {
    description: 'The address in `List-Unsubscribe` of an e-mail (RFC 8058).',
    input: Unsubscribe,
    output: Message,
    problems: [UnsubscribeInvalid],
  }),
};
