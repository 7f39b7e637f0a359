import { IsObject, ValidateBy } from 'class-validator';
import { UserNotFound, UserRef } from '../auth/account.js';
import { TenantId } from '../auth/credentials.js';
import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, field, type FieldDocs, Int, type JsonSchema, List, Nested, Optional, Shape, Text } from '../fields.js';

const ENTRIES_MAX = 1_000;
const KEY_MAX = 200;

/** A JSON object with any keys, whose values are all of one kind; null for an entry to remove. */
const EntriesOf = (values: JsonSchema, isValue: (value: unknown) => boolean, docs: FieldDocs) =>
  field(
    { schema: { type: 'object', additionalProperties: values, maxProperties: ENTRIES_MAX } },
    docs,
    IsObject(),
    ValidateBy({
      name: 'entries',
      validator: {
        validate: (entries: unknown) => {
          const all = Object.entries((entries ?? {}) as object);
          return all.length <= ENTRIES_MAX && all.every(([key, value]) => key.length <= KEY_MAX && (value === null || isValue(value)));
        },
        defaultMessage: () => '$property has an entry that is too long or of another type',
      },
    }),
  );

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isChannels = (value: unknown) =>
  Array.isArray(value) && value.length <= 20 && value.every((channel) => typeof channel === 'string' && channel.length <= KEY_MAX);

@Shape('For which types of functions you are asked.')
export class ConfirmationActions {
  @Optional() @Bool({ description: 'Accepted and kept; a `read` never asks.', example: false }) read?: boolean;
  @Optional() @Bool({ description: 'Functions that change something.', example: true }) write?: boolean;
  @Optional() @Bool({ description: 'Functions that delete something or cannot be undone.', example: true }) destructive?: boolean;
}

@Shape('Where notifications go.')
export class NotificationSettings {
  @Optional() @Bool({ description: 'Whether you get notifications.', example: true }) enabled?: boolean;
  @Optional()
  @List('text', { max: 20, description: 'The channels of apps without channels of their own.', example: ['panel'] })
  default?: string[];
  @Optional()
  @EntriesOf({ type: ['array', 'null'], items: { type: 'string' } }, isChannels, {
    description: 'Channels by app id. Null removes an app.',
    example: { notes: ['email'] },
  })
  apps?: Record<string, string[] | null>;
}

@Shape('Your settings. What you have not chosen has the default of your tenant.')
export class Settings {
  @Bool({
    description: 'Whether functions of the types in `confirmation_actions` wait for your confirmation. Your role decides the default.',
    example: false,
  })
  confirmation_enabled!: boolean;
  @Nested(() => ConfirmationActions, { description: 'For which types of functions you are asked.' })
  confirmation_actions!: ConfirmationActions;
  @EntriesOf({ type: 'boolean' }, isBoolean, {
    description: 'Exceptions: whether you are asked, by app id or `app_id/function`. The narrower one counts.',
    example: { 'link-saver/save_link': false },
  })
  confirmation_overrides!: Record<string, boolean>;
  @Bool({ description: 'Kept for clients: a `read` never asks, whatever it says.', example: true }) confirmation_skip_read!: boolean;
  @Int({ description: 'Seconds for which a confirmation waits for you.', example: 300 }) confirmation_ttl!: number;
  @Int({ description: 'How often an agent tries a refused function again.', example: 2 }) kav_max_retries!: number;
  @Int({ description: 'How many earlier messages an agent considers when it chooses an app.', example: 6 }) routing_context!: number;
  @Int({ description: 'How many rounds of functions an agent may run in one turn.', example: 10 }) max_tool_rounds!: number;
  @Int({ description: 'How many tokens an answer of an agent may have.', example: 4096 }) max_response_tokens!: number;
  @Nested(() => NotificationSettings, { description: 'Where notifications go.' }) notifications!: NotificationSettings;
}

@Shape('Changes of settings. What is left out or null stays. Objects are merged; null for an entry removes it.')
export class UpdateSettings {
  @Optional() @Bool({ description: 'Whether to ask you before functions run.', example: true }) confirmation_enabled?: boolean;
  @Optional()
  @Nested(() => ConfirmationActions, { description: 'For which types of functions to ask.' })
  confirmation_actions?: ConfirmationActions;
  @Optional()
  @EntriesOf({ type: ['boolean', 'null'] }, isBoolean, {
    description: 'Exceptions: whether to ask, by app id or `app_id/function`. Null removes an exception.',
    example: { 'link-saver': true },
  })
  confirmation_overrides?: Record<string, boolean | null>;
  @Optional() @Bool({ description: 'Kept for clients: a `read` never asks.', example: true }) confirmation_skip_read?: boolean;
  @Optional() @Int({ min: 1, max: 86_400, description: 'Seconds for which a confirmation waits.', example: 120 }) confirmation_ttl?: number;
  @Optional()
  @Int({ min: 0, max: 20, description: 'How often an agent tries a refused function again.', example: 2 })
  kav_max_retries?: number;
  @Optional() @Int({ min: 0, max: 200, description: 'How many earlier messages an agent considers.', example: 6 }) routing_context?: number;
  @Optional() @Int({ min: 1, max: 200, description: 'Rounds of functions in one turn of an agent.', example: 10 }) max_tool_rounds?: number;
  @Optional()
  @Int({ min: 1, max: 1_000_000, description: 'Tokens that an answer of an agent may have.', example: 4096 })
  max_response_tokens?: number;
  @Optional() @Nested(() => NotificationSettings, { description: 'Where notifications go.' }) notifications?: NotificationSettings;
}

@Shape('The settings of a user.')
export class UserSettings {
  @Text(IDS.user) user_id!: string;
  @Nested(() => Settings, { description: 'All settings.' }) settings!: Settings;
}

@Shape('Changes of the settings of a user. What is left out or null stays. Objects are merged; null for an entry removes it.')
export class UpdateUserSettings extends UpdateSettings {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
}

export const settingsMembers = {
  getMySettings: operation('Read your settings', {
    description: 'Returns all settings, with the defaults of those that you have not chosen.',
    input: Empty,
    output: UserSettings,
    spansCalls: true,
  }),
  updateMySettings: operation('Change your settings', {
    description: 'Changes the given settings and returns all. A switched-on confirmation holds from the next call on.',
    input: UpdateSettings,
    output: UserSettings,
    spansCalls: true,
  }),
  getUserSettings: operation('Read the settings of a user (services only)', {
    description: 'The same as your settings, for any user.',
    input: UserRef,
    output: UserSettings,
    problems: [UserNotFound],
    spansCalls: true,
  }),
  updateUserSettings: operation('Change the settings of a user (services only)', {
    description: 'The same as changing your settings, for any user.',
    input: UpdateUserSettings,
    output: UserSettings,
    problems: [UserNotFound],
    spansCalls: true,
  }),
};
