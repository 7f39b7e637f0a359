import { APP_ID, AppRef, Cursor, IDS, ListCursor } from '../common.js';
import { UserNotFound } from '../auth/account.js';
import { operation, page } from '../define.js';
import { Bool, Instant, Shape, Text } from '../fields.js';
import { AppAvailability, AppNotInstalled, AppSuspended, MyExtension, SystemApp } from './extension.js';
import { InstalledApp, UninstalledApp } from './install.js';

const UserId = () => Text({ min: 1, max: 64, ...IDS.user });

@Shape('Whose extensions to list.')
export class ListUserExtensions extends ListCursor {
  @UserId() user_id!: string;
}

@Shape('An app of a user.')
export class UserApp extends AppRef {
  @UserId() user_id!: string;
}

@Shape('An extension to activate for a user.')
export class ActivateExtension {
  @UserId() user_id!: string;
  @Text({ min: 2, max: 64, pattern: APP_ID, ...IDS.app }) extension_id!: string;
}

@Shape('An extension of a user.')
export class UserExtension extends MyExtension {
  @Text({ description: 'Name that users see. The same as `name`.', example: 'Link Saver' }) display_name!: string;
  @Bool({ description: 'True if the user has the app and no administrator suspended it.', example: true }) has_access!: boolean;
  @Bool({ description: 'False if the app is turned off for the user.', example: true }) enabled!: boolean;
}

@Shape('The app whose users to list.')
export class ListAppUsers extends AppRef {
  @Cursor() cursor?: string;
}

@Shape('A user who has installed an app.')
export class AppUser {
  @UserId() user_id!: string;
  @Instant({ description: 'When they installed it.' }) installed_at!: Date;
  @Bool({ description: 'False if the app is turned off for the user.', example: true }) enabled!: boolean;
}

export const userExtensionMembers = {
  listUserExtensions: operation('List the extensions of a user', {
    description: 'The extensions of a user of your tenant, as they see them.',
    input: ListUserExtensions,
    output: page(UserExtension),
    problems: [UserNotFound],
    scope: 'admin:extensions:read',
    spansCalls: true,
  }),
  installUserExtension: operation('Install an app for a user', {
    description: 'You consent to the permissions of the approved release on behalf of the user.',
    input: UserApp,
    output: InstalledApp,
    problems: [UserNotFound, AppNotInstalled, AppSuspended],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
  activateUserExtension: operation('Activate an extension for a user', {
    description: 'Installs the app for the user, with consent to the permissions of the approved release.',
    input: ActivateExtension,
    output: InstalledApp,
    problems: [UserNotFound, AppNotInstalled, AppSuspended],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
  uninstallUserExtension: operation('Uninstall an app for a user', {
    description: 'Uninstalling an app that the user does not have has no effect.',
    input: UserApp,
    output: UninstalledApp,
    problems: [UserNotFound],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
  disableUserExtension: operation('Turn an extension off for a user', {
    description: 'It stays installed, but the user cannot call it. They can turn it on again.',
    input: UserApp,
    output: AppAvailability,
    problems: [UserNotFound, AppNotInstalled, SystemApp],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
  enableUserExtension: operation('Turn an extension on for a user', {
    description: 'Turning on an extension that is on has no effect.',
    input: UserApp,
    output: AppAvailability,
    problems: [UserNotFound, AppNotInstalled],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
  listAppUsers: operation('List the users of an app', {
    description:
      'The users of your tenant who have installed the app, by id. Every user has an app of the platform: only those who installed it are listed.',
    input: ListAppUsers,
    output: page(AppUser),
    scope: 'admin:extensions:read',
  }),
};
