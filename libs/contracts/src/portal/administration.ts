import { CategoryId } from '../categories.js';
import { AppRef, Cursor, IDS } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, Instant, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { App, APP_STATUSES, appDocs, DeveloperAppNotFound } from './app.js';

const ALL_STATUSES = [...APP_STATUSES, 'deleted'] as const;

@Shape('Which apps of all developers to list. All filters must match.')
export class ListAllApps {
  @Optional() @OneOf(ALL_STATUSES, { description: 'Only apps with this status. Left out: all but deleted ones.' }) status?: string;
  @Optional() @Text({ max: 64, ...IDS.developer, description: 'Only apps of the developer with this user id.' }) developer_id?: string;
  @Text({ max: 200, description: 'Only apps whose id or name contains this text; case-insensitive.', example: 'link' }) search: string = '';
  @Int({ min: 1, max: 200, description: 'Maximum number of apps.' }) limit: number = 50;
  @Cursor() cursor?: string;
}

@Shape('An app, as an administrator sees it.')
export class AdminApp extends App {
  @OneOf(ALL_STATUSES, { description: 'As for its developer; `deleted` keeps the id of an app that was approved.', example: 'active' })
  declare status: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Bool({ description: 'True if the app is part of the platform: every user has it.', example: false }) system!: boolean;
  @Nullable()
  @Int({ ...appDocs.revision, description: 'Number of the release that users run. Null if none was approved.' })
  approved_revision!: number | null;
}

@Shape('A change of an app’s status by an administrator.')
export class SetAppStatus extends AppRef {
  @OneOf(['suspended', 'active', 'draft'], {
    description:
      '`suspended`: no one can find, install or call the app. `draft`: the marketplace lists it no more; users who have it keep it. `active` ends the suspension, so that the app gets the status that it had before, or lists an approved draft again.',
  })
  status!: string;
  @Text({
    min: 1,
    max: 500,
    description: 'Why the app is suspended. Its developer sees the reason.',
    example: 'It sends users to a phishing page.',
  })
  reason: string = 'No reason is given.';
}

const Name = (description: string) => Text({ min: 1, max: 200, pattern: /\S/, description, example: 'Link Saver' });

@Shape('What an administrator changes of an app’s listing. Fields that are left out do not change. The marketplace shows it at once.')
export class SetAppMetadata extends AppRef {
  @Optional() @Name('Name that users see.') name?: string;
  @Optional() @Name('Name that users see, if `name` is left out.') display_name?: string;
  @Optional() @Text({ max: 2000, ...appDocs.short_description }) short_description?: string;
  @Optional() @Text({ max: 2000, description: appDocs.description.description }) description?: string;
  @Optional() @CategoryId() category?: string;
}

@Shape('An app to delete with its installs, with its id as confirmation.')
export class PurgeApp extends AppRef {
  @Text({ max: 64, description: '`app_id` again, to confirm.', example: 'link-saver' }) confirm_name!: string;
  @Bool({ description: 'True also deletes an app that is active or that users have installed.', example: true }) force: boolean = false;
}

@Shape('The deleted app.')
export class PurgeReceipt {
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
  @Int({ description: 'Number of installs, which are now removed one after the other.', example: 128 }) installs_purged!: number;
}

@Shape('An administrator deleted an app for everyone.')
export class AppPurged {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Instant({ description: 'When it was deleted.' }) purged_at!: Date;
}

@Shape('An administrator changed an app, other than by a suspension or a deletion.')
export class AppAdministered {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @OneOf(['changed', 'listed', 'unlisted'], { description: 'What happened: its listing was changed, shown again or taken out.' })
  act!: string;
  @List('text', { description: 'Names of the changed fields.', example: ['name'] }) fields: string[] = [];
}

export const OwnApp = problem('own_app', 403, 'You cannot decide on your own app. Another administrator must do it.');

export const administrationMembers = {
  listAllApps: operation('List the apps of all developers', {
    description: 'Newest first, without manifests. The filters look through the newest 10,000 apps.',
    input: ListAllApps,
    output: page(AdminApp),
    scope: 'admin:extensions:read',
  }),
  setAppStatus: operation('Set the status of an app as an administrator', {
    description: 'Its data and installs stay in any case.',
    input: SetAppStatus,
    output: App,
    problems: [DeveloperAppNotFound, Conflict, OwnApp],
    scope: 'admin:developer:review',
  }),
  setAppMetadata: operation('Change the listing of an app as an administrator', {
    description: 'The marketplace shows the change at once.',
    input: SetAppMetadata,
    output: App,
    problems: [DeveloperAppNotFound],
    scope: 'admin:extensions:write',
  }),
  purgeApp: operation('Delete an app with its installs as an administrator', {
    description:
      'No one can find, install or call it any more. Its installs are removed in the background; its id stays taken. Without `force` it must be neither active nor installed. Deleting it again removes installs that are left.',
    input: PurgeApp,
    output: PurgeReceipt,
    problems: [DeveloperAppNotFound, Conflict],
    scope: 'admin:extensions:delete',
    spansCalls: true,
  }),

  appPurged: event(AppPurged),
  appAdministered: event(AppAdministered),
};
