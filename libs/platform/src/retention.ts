import { getMetadataArgsStorage } from 'typeorm';
import type { Classes } from './tables.js';

/** A period: an interval of Postgres such as `7 days`, or the setting that contains its number of days. */
export type Period = string | { days: string };

/** Which rows of a table are removed, and when. `Housekeeping` removes them; `npm run generate` lists them in docs/operations.md. */
export interface Retention {
  table: string;
  /** None for rows that are removed as soon as a function finds them, or never. */
  period?: Period;
  removal?: Removal;
  /** What `period` counts from, or why the rows stay, in words. */
  because: string;
}

/** How expired rows are found: by a column with an index, or by a function of sql/. */
export type Removal =
  | {
      /** The column with the time from which the period counts. */
      after: string;
      /** A further condition of expired rows. */
      where?: string;
      /** The condition that a row has expired, with `:age` for the period; by default that `after` is longer ago. */
      expired?: string;
    }
  | {
      /** A function `(age interval, at_most integer, …)` that removes that many rows at most, and returns their number. */
      by: string;
      /** Settings that it gets as further arguments. */
      with?: readonly string[];
    };

const tableOf = (entity: Classes[number]): string => {
  const name = getMetadataArgsStorage().tables.find(({ target }) => target === entity)?.name;
  if (!name) throw new Error(`${entity.name} has no @Entity('table')`);
  return name;
};

/** Keeps rows for a period after the time in a column. The column needs an index. */
export const keep = (entity: Classes[number], period: Period, removal: Extract<Removal, { after: string }>): Retention => ({
  table: tableOf(entity),
  period,
  removal,
  because: `after \`${removal.after}\`${removal.where ? `, if \`${removal.where}\`` : ''}`,
});

/** Keeps rows until a function of sql/ removes them. @param because which rows it removes, in words */
export const keepUntil = (
  entity: Classes[number],
  because: string,
  removal: Extract<Removal, { by: string }> & { period?: Period },
): Retention => {
  const { period, ...function_ } = removal;
  return { table: tableOf(entity), ...(period !== undefined && { period }), removal: function_, because };
};

/** Keeps all rows. @param because why, in words */
export const keepForEver = (entity: Classes[number], because: string): Retention => ({ table: tableOf(entity), because });

/** The tables that every service has. Consumers recognise an event for longer than the outbox and the stream can deliver it again. */
export const PLATFORM_RETENTION: readonly Retention[] = [
  { table: 'run', period: '30 days', removal: { after: 'ended_at' }, because: 'after `ended_at`, with what happened in it (`run_step`)' },
  { table: 'slot', period: '30 days', removal: { after: 'due_at' }, because: 'after `due_at`' },
  { table: 'schedule', period: '30 days', removal: { after: 'ended_at' }, because: 'after `ended_at`, with its slots' },
  {
    table: 'outbox',
    period: '7 days',
    removal: { after: 'id', expired: 'id < uuidv7(- :age::interval)', where: 'sent_at is not null' },
    because: 'after `created_at`, and until sent',
  },
  { table: 'inbox', period: '15 days', removal: { after: 'consumed_at' }, because: 'after `consumed_at`' },
  {
    table: 'idempotency',
    period: '24 hours',
    removal: { after: 'created_at', where: 'coalesce(lease_until < now(), true)' },
    because: 'after `created_at`, with its finished parts (`idempotency_part`)',
  },
  {
    table: 'stored_object',
    period: '7 days',
    removal: { after: 'removed_at', where: 'removed_at is not null' },
    because: 'after `removed_at`; those of kept objects stay',
  },
];
