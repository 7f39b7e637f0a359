import { UserNotFound, UserRef } from '../auth/account.js';
import { TenantId } from '../auth/credentials.js';
import { IDS, LimitOffsetCursor } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { TooManyRequests } from '../problem.js';
import { AppDisabled, AppNotInstalled, AppSuspended } from '../registry/extension.js';

/** From the least important on. */
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

const docs = {
  notification_id: { description: 'Id of the notification.', example: 'ntf_5b2e' },
} satisfies Record<string, FieldDocs>;

/** Characters of a message: small enough that an event with it, twice and escaped, stays below 64 KiB. */
export const MESSAGE_MAX = 4_000;

@Shape('A notification for a user. It has a `message`; older clients send `title`, `body` and `source` instead.')
export class Notify {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
  @Text({ max: MESSAGE_MAX, description: 'What to tell the user. Left out: `body`, or else `title`.', example: 'Your report is ready.' })
  message: string = '';
  @Optional()
  @Text({ max: 200, description: 'Heading, and subject of an e-mail. Left out: `title`.', example: 'Report' })
  subject?: string;
  @Optional()
  @Text({ max: 20_000, description: 'The long form, for the list and for e-mails.', example: 'Sales rose by 4 %.' })
  body?: string;
  @OneOf(PRIORITIES, { description: 'How important it is. `urgent` ignores quiet hours.', example: 'normal' }) priority: Priority =
    'normal';
  @Text({
    max: 64,
    description: 'One of the channels that the user chose, such as `email`. Any other name means all that they chose.',
    example: 'default',
  })
  channel: string = 'default';
  @Text({ max: 64, ...IDS.app, description: 'Id of the app that notifies. Required with an extension token.' }) extension_id: string = '';
  @Optional() @Text({ max: 200, description: 'Older name of `subject`.', example: 'Report' }) title?: string;
  @Optional() @Text({ max: 64, description: 'Older name of `extension_id`.', example: 'reports' }) source?: string;
}

@Shape('The receipt of a notification.')
export class Notified {
  @Text(docs.notification_id) notification_id!: string;
  @OneOf(['queued'], { description: 'Always `queued`: it is stored, and will be delivered.', example: 'queued' }) status!: 'queued';
}

@Shape('Which of your notifications to list.')
export class ListNotifications extends LimitOffsetCursor {
  @Bool({ description: 'Only those that you have not read.', example: true }) unread: boolean = false;
}

@Shape('A notification.')
export class Notification {
  @Text(docs.notification_id) notification_id!: string;
  @Text({ description: 'The app or service that notifies; empty if unknown.', example: 'reports' }) source!: string;
  @Text({ description: 'Heading; empty without one.', example: 'Report' }) subject!: string;
  @Text({ description: 'What it says.', example: 'Your report is ready.' }) message!: string;
  @Text({ description: 'The long form; empty without one.', example: 'Sales rose by 4 %.' }) body!: string;
  @OneOf(PRIORITIES, { description: 'How important it is.', example: 'normal' }) priority!: Priority;
  @Instant({ description: 'When it was sent.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When you read it. Null if you have not.', example: '2026-06-21T10:00:00Z' }) read_at!: Date | null;
}

@Shape('Notifications to mark as read.')
export class MarkNotificationsRead {
  @Optional()
  @List('text', { max: 200, length: 64, description: 'Ids of notifications. Left out: all that you have.', example: ['ntf_5b2e'] })
  notification_ids?: string[];
}

@Shape('How many notifications were marked.')
export class MarkedNotifications {
  @Int({ description: 'Those that were not read before.', example: 3 }) marked!: number;
}

/** Where people can be reached. */
export const SURFACES = ['panel', 'email', 'telegram'] as const;

@Shape('Where a user can be reached.')
export class UserSurfaces {
  @Text(IDS.user) user_id!: string;
  @List('text', { description: `Some of ${SURFACES.map((surface) => `\`${surface}\``).join(', ')}.`, example: ['panel', 'email'] })
  surfaces!: string[];
}

export const notificationMembers = {
  notify: operation('Notify a user (services and apps)', {
    description:
      'Stores the notification, which is then delivered as the user chose. In the event stream it is an event `notification`. An app can notify users who have it, by default 60 times an hour each.',
    input: Notify,
    output: Notified,
    problems: [UserNotFound, AppNotInstalled, AppSuspended, AppDisabled, TooManyRequests],
    spansCalls: true,
  }),
  listNotifications: operation('List your notifications', {
    description: 'Newest first; of the last 90 days.',
    input: ListNotifications,
    output: page(Notification),
  }),
  markNotificationsRead: operation('Mark notifications as read', {
    description: 'Ids that are not yours are ignored.',
    input: MarkNotificationsRead,
    output: MarkedNotifications,
  }),
  getSurfaces: operation('Read where a user can be reached (services only)', {
    description: 'The panel always; `email` at their verified address.',
    input: UserRef,
    output: UserSurfaces,
    problems: [UserNotFound],
    spansCalls: true,
  }),
};
