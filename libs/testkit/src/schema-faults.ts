import { fieldsOf, type JsonSchema } from '@skep/contracts';
import { type Shape, type Statement, statements, type Tables } from '@skep/platform';
import pg from 'pg';
import { type DataSource, getMetadataArgsStorage } from 'typeorm';
import { Databases } from './databases.js';
import { describeColumns } from './internals/describe-columns.js';
import { openTestDatabase } from './open-test-database.js';

/**
 * Compares what the code of a service says about its database with the migrated database. Returns the SQL that would make the tables match
 * the entities, and a sentence on each statement that Postgres refuses, or whose columns differ from its shapes; empty if all match.
 * It does not compare whether a column may be null: Postgres does not describe that.
 */
export async function schemaFaults(tables: Tables, checked: readonly Statement[] = statements): Promise<string[]> {
  const databases = new Databases();
  try {
    const urls = await databases.urlsOf(tables.name);
    const db = await openTestDatabase(tables, { ...urls, NATS_URL: 'nats://nobody' });
    try {
      return [...(await drift(db.source)), ...(await statementFaults(urls.DATABASE_URL, checked))];
    } finally {
      await db.close();
    }
  } finally {
    await databases.drop();
  }
}

async function drift(source: DataSource): Promise<string[]> {
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function statementFaults(connectionString: string, checked: readonly Statement[]): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const types = await client.query<{ oid: number; name: string }>(
      `select oid::int8, replace(format_type(oid, null), '"', '') as name from pg_type`,
    );
    const nameOf = new Map(types.rows.map(({ oid, name }) => [Number(oid), name]));
    const faults: string[] = [];
    for (const statement of checked) {
      const found = await describeColumns(client, statement.text).then(
        (columns) =>
          compare(statement, new Map(columns.map(({ name, dataTypeID }) => [name, nameOf.get(dataTypeID) ?? String(dataTypeID)]))),
        (error: unknown) => [String(error)],
      );
      faults.push(...found.map((fault) => `${fault}: ${statement.text.trim().slice(0, 300)}`));
    }
    return faults;
  } finally {
    await client.end();
  }
}

/** The names that Postgres writes for the types of a column, as regular expressions. */
const POSTGRES_NAMES: Readonly<Record<string, string>> = {
  text: 'text|character varying|name',
  int4: 'integer|smallint',
  int8: 'bigint|integer|smallint',
  bigint: 'bigint',
  integer: 'integer',
  float8: 'double precision|real|bigint|integer',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  json: 'jsonb?',
};

interface Expected {
  /** A regular expression for the name of its type. */
  type: string;
  required: boolean;
}

function compare({ shapes }: Statement, actual: ReadonlyMap<string, string>): string[] {
  const expected = new Map(shapes.flatMap((shape) => [...columnsOf(shape)]));
  const wrong = [...expected].flatMap(([name, { type, required }]) => {
    const found = actual.get(name);
    if (found === undefined) return required ? [`the statement returns no column ${name}`] : [];
    return new RegExp(`^(${type})$`).test(found) ? [] : [`the column ${name} is ${found}, not ${type}`];
  });
  return [
    ...wrong,
    ...[...actual].filter(([name, type]) => type !== 'void' && !expected.has(name)).map(([name]) => `no shape has the column ${name}`),
  ];
}

function columnsOf(shape: Shape): Map<string, Expected> {
  if (typeof shape !== 'function')
    return new Map(
      Object.entries(shape).map(([name, type]) => [name, { type: toPattern(String(type).replace(/\?$/, '')), required: true }]),
    );
  const fields = fieldsOf(shape);
  if (fields.length)
    return new Map(fields.map(({ key, schema, of, list, optional }) => [key, { type: ofField(schema, of, list), required: !optional }]));
  const entities: unknown[] = [];
  for (let type: unknown = shape; typeof type === 'function'; type = Object.getPrototypeOf(type)) entities.push(type);
  const columns = getMetadataArgsStorage().columns.filter(({ target }) => entities.includes(target));
  return new Map(
    columns.map(({ propertyName, options: { name = propertyName, type, array, select } }) => [
      name,
      { type: toPattern(`${String(type)}${array ? '[]' : ''}`), required: select !== false },
    ]),
  );
}

const toPattern = (type: string): string =>
  type.endsWith('[]')
    ? `(${toPattern(type.slice(0, -2))})\\[\\]`
    : (POSTGRES_NAMES[type] ?? type.replaceAll('varchar', 'character varying'));

function ofField({ type, format, items }: JsonSchema, of: unknown, list: boolean): string {
  if (of) return 'jsonb?';
  if (list)
    return (items as JsonSchema | undefined)?.['type'] === 'string' ? '(text|uuid|character varying)\\[\\]|jsonb?' : '.*\\[\\]|jsonb?';
  if (format === 'date-time') return 'timestamp with time zone';
  const names: Record<string, string> = {
    string: 'text|uuid|character varying|bigint',
    integer: 'bigint|integer|smallint',
    number: 'double precision|real|numeric|bigint|integer',
    boolean: 'boolean',
  };
  return names[String(type)] ?? 'jsonb?';
}
