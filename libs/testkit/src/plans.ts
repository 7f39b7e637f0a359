import type { Database } from '@skep/platform';
import type { Pool, QueryConfig } from 'pg';

/** How Postgres ran a query. */
export interface Plan {
  sql: string;
  /** The types of its nodes, such as `Index Scan` or `Sort`. */
  nodes: string[];
  /** The rows that it returned. */
  rows: number;
  /** The rows of tables that its scans read, also those that a filter removed. */
  rowsRead: number;
}

interface Node {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
}

type Query = (config: QueryConfig) => Promise<{ rows: { 'QUERY PLAN': { Plan: Node }[] }[] }>;

/** Runs work, and then explains every query outside transactions that it sent, with the same values. */
export async function plansOf(db: Database, work: () => Promise<unknown>): Promise<Plan[]> {
  // As platform's internals, it assumes of TypeORM that `master` is the pool.
  const pools = [(db.source.driver as unknown as { master: Pool }).master, db.lists];
  const sent: { config: QueryConfig; query: Query }[] = [];
  const restorers = pools.map((pool) => {
    const query = pool.query.bind(pool) as Query;
    Object.assign(pool, {
      query: (config: QueryConfig) => {
        sent.push({ config, query });
        return query(config);
      },
    });
    return () => Object.assign(pool, { query });
  });
  try {
    await work();
  } finally {
    for (const restore of restorers) restore();
  }
  return Promise.all(
    sent.map(async ({ config: { name: _, ...config }, query }) => {
      const { rows } = await query({ ...config, text: `explain (analyze, format json) ${config.text}` });
      return { sql: config.text, ...summarize(rows[0]!['QUERY PLAN'][0]!.Plan) };
    }),
  );
}

function summarize(top: Node): Omit<Plan, 'sql'> {
  const all: Node[] = [];
  const visit = (node: Node): void => {
    all.push(node);
    node.Plans?.forEach(visit);
  };
  visit(top);
  const readBy = (node: Node) =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * node['Actual Loops'];
  const scans = all.filter(
    (node) =>
      node['Node Type'].includes('Scan') &&
      node['Node Type'] !== 'Bitmap Index Scan' &&
      !['CTE Scan', 'Subquery Scan'].includes(node['Node Type']),
  );
  return {
    nodes: all.map((node) => node['Node Type']),
    rows: top['Actual Rows'],
    rowsRead: scans.reduce((sum, node) => sum + readBy(node), 0),
  };
}
