import { FoundTrace, TRACE_PARTS_MAX, TracePart, type TracePartKind } from '@skep/contracts';
import { type Statement, statement } from '../statement.js';

/** Where an aggregate has parts of traces, or ids that lead to one. */
export interface TraceSource {
  find?: Statement<FoundTrace>;
  list?: Statement<TracePart>;
}

/**
 * Declares parts of traces. Both queries get `:tenant` and `:user`, which is null for those who may see the parts of all users, and need an index.
 * A number is the id of rows of several tables, so it comes with the kind of the part: `entry:318` (`numberOf`).
 * @param find a query with `:id` for the column `trace_id`
 * @param list a query with `:trace_id` for the columns of `TracePart`
 */
export const traceSource = ({ find, list }: { find?: string; list?: string }): TraceSource => ({
  ...(find && { find: statement(`${find} limit 2`, FoundTrace) }),
  ...(list && { list: statement(`select * from (${list}) part order by started_at, id limit ${TRACE_PARTS_MAX}`, TracePart) }),
});

/** The condition that a part belongs to a user that the caller may see. */
export const isVisible = (table: string): string => `${table}.tenant_id = :tenant and (:user::text is null or ${table}.user_id = :user)`;

/** The number in the id of a part, as SQL; null for ids of other parts. */
export const numberOf = (kind: TracePartKind): string => `substring(:id from '^${kind}:(\\d{1,15})$')::bigint`;
