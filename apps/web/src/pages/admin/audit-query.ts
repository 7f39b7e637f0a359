import { api, dataOf, type Shapes } from '../../data/api.js';

export type AuditItem = Shapes['AuditItem'];
export type AuditFilters = Record<string, string | undefined>;

const PER_PAGE = 50;
/** How many entries a file has at most. */
export const EXPORT_MAX = 10_000;
const EXPORT_PER_PAGE = 200;

/** A local date as the beginning of that day. */
const startOf = (date: string | undefined) => (date ? new Date(`${date}T00:00:00`).toISOString() : undefined);

export const readAudit = ({ actor, target, action, source, from, to }: AuditFilters, cursor?: string, per_page = PER_PAGE) =>
  dataOf(
    api.GET('/v1/audit', {
      params: {
        query: { actor_id: actor, target_id: target, action, source, from: startOf(from), to: startOf(to), per_page, cursor },
      },
    }),
  );

/** Reads the newest entries that match, and says how many it has after each page. */
export async function readForExport(filters: AuditFilters, onProgress: (count: number) => void): Promise<AuditItem[]> {
  const items: AuditItem[] = [];
  for (let cursor: string | undefined; items.length < EXPORT_MAX;) {
    const found = await readAudit(filters, cursor, EXPORT_PER_PAGE);
    items.push(...found.items);
    onProgress(items.length);
    if (!found.next_cursor) break;
    cursor = found.next_cursor;
  }
  return items.slice(0, EXPORT_MAX);
}

const COLUMNS = [
  ...(['id', 'created_at', 'actor_type', 'actor_id', 'via', 'action', 'target_type', 'target_id', 'source'] as const),
  ...(['ip_address', 'request_id', 'trace_id', 'changes', 'metadata'] as const),
];

/** A cell of a table. A spreadsheet takes what begins with these characters for a formula. */
function toCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value as string);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The entries as CSV (RFC 4180). */
export const toCsv = (items: readonly AuditItem[]): string =>
  [COLUMNS.join(','), ...items.map((item) => COLUMNS.map((column) => toCell(item[column])).join(','))].join('\r\n');
