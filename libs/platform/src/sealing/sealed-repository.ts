import type { ObjectLiteral, Repository } from 'typeorm';
import { openRow, sealedTableOf, sealRow } from './sealed-columns.js';
import type { Sealing } from './sealing.js';

type Row = Record<string, unknown>;

/** Neither takes nor returns a row with sealed columns. */
const WITHOUT_ROWS = ['count', 'countBy', 'delete', 'exists', 'existsBy', 'metadata', 'target', 'then'];
const READS = ['find', 'findBy', 'findOne', 'findOneBy', 'findOneByOrFail', 'findOneOrFail'];

/**
 * TypeORM's repository of an entity with sealed columns: writes seal them, reads open them. A transformer of TypeORM could not: it knows
 * neither the row nor its tenant, and cannot wait for a key. Methods that would pass a secret by are refused.
 */
export function withSealedColumns<R extends Repository<ObjectLiteral>>(repository: R, sealing: Sealing): R {
  const table = sealedTableOf(repository.target);
  if (!table) return repository;
  const methods: Record<string, unknown> = {
    async insert(rows: Row | Row[]) {
      const sealed = await Promise.all([rows].flat().map((row) => sealRow(sealing, table, row)));
      return repository.insert(sealed);
    },
    async update(where: Row, changes: Row) {
      const sealed = await sealRow(sealing, table, { ...where, ...changes });
      return repository.update(where, Object.fromEntries(Object.keys(changes).map((name) => [name, sealed[name]])));
    },
  };
  for (const name of READS)
    methods[name] = async (...args: unknown[]) => {
      const found = await (repository as unknown as Record<string, (...args: unknown[]) => Promise<Row | Row[] | null>>)[name]!(...args);
      for (const row of [found ?? []].flat()) await openRow(sealing, table, row);
      return found;
    };
  return new Proxy(repository, {
    get(target, name) {
      if (typeof name === 'symbol' || WITHOUT_ROWS.includes(name)) {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      const method = methods[name];
      if (!method) throw new Error(`${table.table} has sealed columns: use insert, update, find or a statement instead of ${name}`);
      return method;
    },
  });
}
