import { InvalidInput } from '@skep/contracts';
import { RaceNotFound, type WriteRace } from '@skep/contracts/coach';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { RaceEntity } from './race.entity.js';
import { RACE_COLUMNS, RACE_ROW } from './race-row.js';

const COLUMNS = [
  'name',
  'sport',
  'country',
  'place',
  'lat',
  'lon',
  'starts_on',
  'ends_on',
  'language',
  'description',
  'website',
  'distances',
];
const WRITTEN = [...COLUMNS, 'source_hash'];
const WRITE = statement(
  `insert into race as r (id, tenant_id, external_id, ${WRITTEN.join(', ')})
   values (:id, :tenant, :external_id, ${WRITTEN.map((column) => `:${column}`).join(', ')})
   on conflict (tenant_id, external_id) do update set ${WRITTEN.map((column) => `${column} = excluded.${column}`).join(', ')}, updated_at = now()
   returning ${RACE_COLUMNS}, r.xmax = 0 as created`,
  ...RACE_ROW,
  { created: 'bool' },
);
const FIND = statement(`select ${RACE_COLUMNS} from race r where r.id = any(:ids) and r.tenant_id = :tenant`, ...RACE_ROW);

/** The races of a tenant. */
@Injectable()
export class RaceRepository {
  constructor(private readonly db: Database) {}

  /** Adds a race, or replaces the one with its `external_id`. @throws Problem `invalid_input` */
  async write(tenant: string, race: WriteRace): Promise<RaceEntity & { created: boolean }> {
    const { location } = race;
    assertDays(race);
    assertDistances(race);
    const written = await this.db.row(WRITE, {
      ...{ external_id: undefined, country: undefined, place: undefined, website: undefined, ...race, tenant },
      id: `race_${randomBytes(12).toString('base64url')}`,
      lat: location?.lat ?? null,
      lon: location?.lon ?? null,
      starts_on: race.starts_on.slice(0, 10),
      ends_on: race.ends_on?.slice(0, 10) || null,
      distances: JSON.stringify(race.distances),
      source_hash: hashOf(race),
    });
    return written!;
  }

  /** @throws Problem `race_not_found` */
  async find(tenant: string, id: string): Promise<RaceEntity> {
    const [race] = await this.findAll(tenant, [id]);
    if (!race) throw RaceNotFound();
    return race;
  }

  /** Those that exist, in any order. */
  findAll(tenant: string, ids: readonly string[]): Promise<RaceEntity[]> {
    return this.db.rows(FIND, { tenant, ids });
  }
}

const hashOf = ({ name, description, language }: WriteRace): string =>
  createHash('sha256')
    .update(JSON.stringify([language, name, description]))
    .digest('base64url');

function assertDays({ starts_on, ends_on }: WriteRace): void {
  if (!ends_on || ends_on.slice(0, 10) >= starts_on.slice(0, 10)) return;
  throw InvalidInput([{ loc: ['ends_on'], msg: 'ends_on must not be before starts_on', type: 'day' }]);
}

function assertDistances({ distances }: WriteRace): void {
  if (new Set(distances.map(({ id }) => id)).size === distances.length) return;
  throw InvalidInput([{ loc: ['distances'], msg: 'distances must have different ids', type: 'unique' }]);
}
