import { isObject } from '@skep/contracts';
import { AppLogLine, type AppLogPage, type ListAppLogs, LOG_LEVELS, LOG_MESSAGE_MAX, type LogLevel } from '@skep/contracts/kernel';
import { Database, defineList, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { CodeCall } from '../call/call.js';
import { newId } from '../id.js';
import { measureJson } from '../ir/plain-json.js';

const FIELDS_LIMITS = { bytes: 4 * 1024, depth: 8 };

const LIST = defineList(
  {
    select: 'id, call_id, function, level, message, fields, user_id, created_at',
    from: 'app_log',
    orders: { newest: [['id', 'text', 'desc']] },
  },
  AppLogLine,
);
const NOTE = statement(
  `insert into app_log (id, tenant_id, user_id, app_id, call_id, function, level, message, fields)
   select line->>'id', :tenant_id, :user_id, :app_id, :call_id, :function, line->>'level', line->>'message', line->'fields' from jsonb_array_elements(:lines) line`,
);

interface Line {
  level: LogLevel;
  message: string;
  fields: object;
}

/** What the code of apps logs, for their developers. */
@Injectable()
export class AppLogs {
  constructor(
    private readonly db: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Keeps the lines of a call, as its code wrote them. A call does not fail because its lines cannot be kept. @param given JSON, one text a line */
  async note({ id: call_id, ctx, app, name }: CodeCall, given: readonly string[]): Promise<void> {
    if (!given.length) return;
    const lines = given.map(readLine);
    const values = { tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.id, call_id, function: name };
    await this.db
      .rows(NOTE, { ...values, lines: JSON.stringify(lines.map((line) => ({ id: newId('log'), ...line }))) })
      .catch((error: unknown) => this.log.warn({ error, action: call_id }, 'what the code of an app logged could not be kept'));
  }

  /** Lines of all users of an app, newest first. */
  list({ app_id, level, call_id, limit, cursor }: ListAppLogs): Promise<AppLogPage> {
    const where = ['app_id = :app_id', level && 'level = :level', call_id && 'call_id = :call_id'];
    return this.db.acrossTenants(async () => {
      const { rows, has_more, cursorAt } = await this.db.page(
        LIST,
        { order: 'newest', where, values: { app_id, level, call_id } },
        { limit, cursor },
      );
      return { logs: rows, next_cursor: has_more ? cursorAt!(rows.length - 1) : null };
    });
  }
}

/** A line is made by `createContext`, but the code of an app may have changed what makes it. */
function readLine(json: string): Line {
  const given: unknown = JSON.parse(json);
  const { level, message, fields } = isObject(given) ? given : {};
  return {
    level: LOG_LEVELS.find((known) => known === level) ?? 'info',
    message: `${typeof message === 'string' ? message : ''}`.slice(0, LOG_MESSAGE_MAX).toWellFormed().replaceAll('\0', '\ufffd'),
    fields: isObject(fields) && !measureJson(fields, FIELDS_LIMITS).fault ? fields : {},
  };
}
