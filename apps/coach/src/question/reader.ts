import { NotConfigured } from '@skep/contracts';
import { type Ctx, LOG, type Log } from '@skep/platform';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { CoachConfig } from '../coach.config.js';
import { HealthRepository } from '../health/health.repository.js';
import { checkQuery, QueryRefused } from './check-query.js';

export const ROWS_MAX = 200;
const BYTES_MAX = 48_000;
const STATEMENT_MS = 2_000;
const CONNECT_MS = 5_000;
const CONNECTIONS = 3;

/** What the role of the connection is held to, also where its query is not. */
const OPTIONS = [
  `statement_timeout=${STATEMENT_MS}`,
  'default_transaction_read_only=on',
  'search_path=public',
  'max_parallel_workers_per_gather=0',
  'work_mem=8MB',
  'jit=off',
];

type Value = string | number | boolean | null;
export interface Column {
  name: string;
  kind: 'number' | 'time' | 'text';
}
/** What a query returned. */
export interface Result {
  query: string;
  views: string[];
  columns: Column[];
  rows: Record<string, Value>[];
  /** Rows beyond the limits were left out. */
  isCut: boolean;
}

const { INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
const NUMBERS: readonly number[] = [INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC];
const TIMES: readonly number[] = [DATE, TIMESTAMP, TIMESTAMPTZ];
const toNumber = (text: string): number | null => (Number.isFinite(Number(text)) ? Number(text) : null);
const TYPES = {
  getTypeParser: (type: number) =>
    NUMBERS.includes(type) ? toNumber : type === pg.types.builtins.BOOL ? (text: string) => text === 't' : String,
};

/** The role is missing, has another password, or may not read the views. */
const NO_ROLE = ['28000', '28P01', '3D000', '42501'];
/** Faults of the query, which its author can mend: errors of syntax, names, types and values, and what takes too long. */
const MENDABLE = /^(22|42|0A|54|57014|21)/;

/**
 * Runs queries that we did not write, such as those of language models. Three barriers, each enough for itself (docs/adr/0038): the query is one SELECT over
 * the views of a person; the role that runs it may read these views and nothing else; and the views show the rows of the person whose key the
 * transaction has.
 */
@Injectable()
export class Reader implements OnModuleDestroy {
  private readonly pool: pg.Pool;

  constructor(
    config: CoachConfig,
    private readonly health: HealthRepository,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.pool = new pg.Pool({
      connectionString: readerUrl(config.DATABASE_URL),
      ...{ application_name: 'coach reader', max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS, query_timeout: 2 * STATEMENT_MS },
      options: OPTIONS.map((option) => `-c ${option}`).join(' '),
    });
    this.pool.on('error', (error) => log.debug({ error }, 'a connection of the reader has ended'));
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.end();
  }

  /**
   * @param timezone of `current_date` and of times
   * @throws QueryRefused; Problem `not_configured` without the role
   */
  async read(owner: Pick<Ctx, 'tenant' | 'user'>, query: string, timezone: string): Promise<Result> {
    const views = await checkQuery(query);
    return { query, views, ...(await this.run(owner, query, timezone)) };
  }

  /** Runs a query that was checked. */
  private async run(
    { tenant, user }: Pick<Ctx, 'tenant' | 'user'>,
    query: string,
    timezone: string,
  ): Promise<Omit<Result, 'query' | 'views'>> {
    const key = await this.health.keyOf({ tenant, user });
    try {
      return await this.inTransaction(async (client) => {
        const settings = `select set_config('skep.tenant', $1, true), set_config('skep.mirror', $2, true), set_config('TimeZone', $3, true)`;
        await client.query(settings, [tenant, key, timezone]);
        // As a cursor: of a query that returns more, the rest is not even computed. The extended protocol takes one statement.
        await client.query({ text: `declare answer no scroll cursor for ${query}`, values: [], queryMode: 'extended' } as pg.QueryConfig);
        const { fields, rows } = await client.query<Record<string, Value>>({ text: `fetch ${ROWS_MAX + 1} from answer`, types: TYPES });
        const kept = withinLimits(rows);
        return { columns: fields.map(toColumn), rows: kept, isCut: kept.length < rows.length };
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  private async inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: unknown;
    try {
      await client.query('begin transaction read only');
      return await work(client);
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      // A timeout leaves the connection busy.
      await (broken instanceof Error && !(broken instanceof pg.DatabaseError) ? Promise.reject(broken) : client.query('rollback')).then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
    }
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof pg.DatabaseError)) return error;
    if (NO_ROLE.includes(error.code ?? '')) {
      this.log.error({ error }, 'the role for queries of language models cannot be used');
      return NotConfigured(
        'Questions need the database role of the coach that only reads. Its operator finds how to create it in UPGRADING.md.',
      );
    }
    return MENDABLE.test(error.code ?? '') ? new QueryRefused(error.message) : error;
  }
}

/** The role for reading is named after the service's, and has its password. */
export function readerUrl(url: string): string {
  const reader = new URL(url);
  reader.username += '_reader';
  return reader.href;
}

const toColumn = ({ name, dataTypeID }: pg.FieldDef): Column => ({
  name,
  kind: NUMBERS.includes(dataTypeID) ? 'number' : TIMES.includes(dataTypeID) ? 'time' : 'text',
});

function withinLimits<T>(rows: readonly T[]): T[] {
  let bytes = 0;
  const end = rows.findIndex((row, n) => n >= ROWS_MAX || (bytes += Buffer.byteLength(JSON.stringify(row))) > BYTES_MAX);
  return rows.slice(0, end < 0 ? rows.length : end);
}
