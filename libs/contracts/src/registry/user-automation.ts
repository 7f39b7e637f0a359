import { UserNotFound } from '../auth/account.js';
import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Int, Json, List, Shape, Text } from '../fields.js';

const TTL_MAX = 30 * 86_400;

@Shape('How a section of an app is kept up to date for a user.')
export class UserAutomation {
  @Text({ min: 1, max: 64, ...IDS.app }) app_id!: string;
  @Text({ min: 1, max: 100, description: 'Name of the section.', example: 'inbox' }) section_name!: string;
  @Bool({ description: 'Whether it is kept up to date.', example: true }) enabled: boolean = true;
  @Int({ min: 0, max: TTL_MAX, description: 'Seconds for which the section is up to date.', example: 300 }) ttl: number = 300;
  @Json({ description: 'When and how the user is alerted, as the app defines it.', example: { min_priority: 'high' } })
  alert_config: Record<string, unknown> = {};
}

@Shape('A user.')
export class UserAutomationsRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('All automations of sections of a user. Those that are left out are removed.')
export class SaveUserAutomations extends UserAutomationsRef {
  @List(() => UserAutomation, { max: 200, description: 'The automations. The body may also be the bare list.' })
  automations!: UserAutomation[];
}

@Shape('An automation of a section, with its user.')
export class OwnedAutomation extends UserAutomation {
  @Text(IDS.user) user_id!: string;
}

@Shape('All automations of sections of a user, by app and section.')
export class UserAutomations {
  @List(() => OwnedAutomation, { description: 'The automations.' }) automations!: OwnedAutomation[];
}

export const userAutomationMembers = {
  getUserAutomations: operation('Read which sections are kept up to date for a user', {
    description: 'Of a user of your tenant.',
    input: UserAutomationsRef,
    output: UserAutomations,
    problems: [UserNotFound],
    scope: 'admin:extensions:read',
    spansCalls: true,
  }),
  saveUserAutomations: operation('Choose which sections are kept up to date for a user', {
    description: 'Replaces all of them.',
    input: SaveUserAutomations,
    output: UserAutomations,
    problems: [UserNotFound],
    scope: 'admin:extensions:write',
    spansCalls: true,
  }),
};
