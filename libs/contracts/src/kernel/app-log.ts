import { AppId, Cursor, IDS } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotFound } from '../problem.js';

/** From the least important on. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Characters of one message. */
export const LOG_MESSAGE_MAX = 2_000;

@Shape('Which lines of the log of an app to list. All filters must match.')
export class ListAppLogs {
  @AppId() app_id!: string;
  @Optional() @OneOf(LOG_LEVELS, { description: 'Only lines of this level.', example: 'error' }) level?: LogLevel;
  @Optional() @Text({ max: 64, description: 'Only lines of this call.', example: 'act_0199c0de' }) call_id?: string;
  @Int({ min: 1, max: 200, description: 'Maximum number of lines.' }) limit: number = 50;
  @Cursor() cursor?: string;
}

@Shape('A line that the code of an app logged.')
export class AppLogLine {
  @Text({ description: 'Id of the line; ids sort by time.', example: 'log_0199c0de' }) id!: string;
  @Text({ description: 'Id of the call: that of its action.', example: 'act_0199c0de' }) call_id!: string;
  @Text({ description: 'Name of the called function.', example: 'import_contacts' }) function!: string;
  @OneOf(LOG_LEVELS, { description: 'How important it is.', example: 'info' }) level!: LogLevel;
  @Text({ description: 'What the code logged.', example: 'imported 12 contacts' }) message!: string;
  @Json({ description: 'The fields that the code gave with it.', example: { source: 'crm' } }) fields!: Record<string, unknown>;
  @Text(IDS.user) user_id!: string;
  @Instant({ description: 'When the call ended.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
}

@Shape('Lines of the log of an app, newest first.')
export class AppLogPage {
  @List(() => AppLogLine, { description: 'The lines.' }) logs!: AppLogLine[];
  @Nullable() @Text({ description: 'Where the next page begins; null after the last page.' }) next_cursor!: string | null;
}

export const appLogMembers = {
  listAppLogs: operation('List what the code of your app logged', {
    description: 'Of the last seven days, over all its users.',
    input: ListAppLogs,
    output: AppLogPage,
    problems: [NotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
};
