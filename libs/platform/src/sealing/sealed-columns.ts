import { Column, getMetadataArgsStorage } from 'typeorm';
import type { Shape } from '../statement.js';
import type { Place, Sealing } from './sealing.js';

interface SealedColumn {
  name: string;
  legacy: string | undefined;
}

/** An entity with sealed columns. */
interface SealedTable {
  table: string;
  columns: readonly SealedColumn[];
  hasTenant: boolean;
  /** The primary key, without columns that Postgres generates. */
  primary: readonly string[];
}

const sealedColumns = new Map<unknown, SealedColumn[]>();

/**
 * A column of text that is sealed in the table (`bytea`), and text in the entity: `db.repository(Entity)`, and rows of statements whose shape is
 * the entity. The tenant's key seals it, or the installation's if the entity has no `tenant_id`. It opens only in its tenant, table, column and row.
 * A statement that writes it gets its value from `db.sealed`.
 * @param legacy the purpose under which release 0.1.0 sealed it
 */
export const Sealed =
  ({ nullable = false, legacy }: { nullable?: boolean; legacy?: string } = {}): PropertyDecorator =>
  (prototype, property) => {
    Column('bytea', { nullable })(prototype, property);
    const { constructor } = prototype;
    sealedColumns.set(constructor, [...(sealedColumns.get(constructor) ?? []), { name: String(property), legacy }]);
  };

const tables = new WeakMap<object, SealedTable | null>();

/** The sealed columns of an entity or of a class that extends one; null if there are none. */
export function sealedTableOf(entity: unknown): SealedTable | null {
  if (typeof entity !== 'function') return null;
  let found = tables.get(entity);
  if (found === undefined) tables.set(entity, (found = describe(entity)));
  return found;
}

function describe(entity: object): SealedTable | null {
  const classes: unknown[] = [];
  for (let type: unknown = entity; typeof type === 'function'; type = Object.getPrototypeOf(type)) classes.push(type);
  const columns = classes.flatMap((type) => sealedColumns.get(type) ?? []);
  if (!columns.length) return null;
  const metadata = getMetadataArgsStorage();
  const all = metadata.columns.filter(({ target }) => classes.includes(target));
  const isGenerated = (name: string) => metadata.generations.some((one) => classes.includes(one.target) && one.propertyName === name);
  return {
    table: metadata.tables.find(({ target }) => classes.includes(target))?.name ?? '',
    columns,
    hasTenant: all.some(({ propertyName }) => propertyName === 'tenant_id'),
    primary: all.flatMap(({ propertyName, options }) => (options.primary && !isGenerated(propertyName) ? [propertyName] : [])),
  };
}

type Row = Record<string, unknown>;

/** @throws Error if the row lacks its tenant or primary key */
function placeOf({ table, hasTenant, primary }: SealedTable, row: Row, column: string): Place {
  const valueOf = (name: string) => {
    const value = row[name];
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw new Error(`${table}.${column} is sealed: each read and write of it needs the row's ${name}`);
  };
  return { tenant: hasTenant ? String(valueOf('tenant_id')) : '', purpose: `${table}.${column}`, row: primary.map(valueOf) };
}

/** A copy of the row with its sealed columns as they are stored. */
export async function sealRow(sealing: Sealing, table: SealedTable, row: Row): Promise<Row> {
  const sealed = { ...row };
  for (const { name } of table.columns) {
    const plain = row[name];
    if (typeof plain === 'string') sealed[name] = await sealing.seal(placeOf(table, row, name), plain);
  }
  return sealed;
}

/** Replaces what is stored in the sealed columns by the text. */
export async function openRow(sealing: Sealing, table: SealedTable, row: Row): Promise<void> {
  for (const { name, legacy } of table.columns) {
    const sealed = row[name];
    if (Buffer.isBuffer(sealed)) row[name] = await sealing.open(placeOf(table, row, name), sealed, legacy);
  }
}

/** Opens the sealed columns of rows that a statement returned. */
export async function openRows(sealing: Sealing, shapes: readonly Shape[], rows: readonly object[]): Promise<void> {
  for (const shape of shapes) {
    const table = sealedTableOf(shape);
    if (table) for (const row of rows) await openRow(sealing, table, row as Row);
  }
}
