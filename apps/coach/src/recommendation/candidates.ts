import type { RecommendRaces } from '@skep/contracts/coach';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { RaceEntity } from '../race/race.entity.js';
import { RACE_COLUMNS, RACE_ROW } from '../race/race-row.js';

/** The races to come that are looked through, and those of them that are ranked by rules. */
const LOOKED_THROUGH = 10_000;
const FOUND_MAX = 500;
const FIND = statement(
  `with r as (select * from race where tenant_id = :tenant and starts_on >= current_date order by starts_on, id limit ${LOOKED_THROUGH})
   select ${RACE_COLUMNS}, distance_km(r.lat, r.lon, :lat::float8, :lon::float8) as distance_km from r
    where (:sports::text[] is null or r.sport = any(:sports::text[]))
      and (:months::integer[] is null or extract(month from r.starts_on) = any(:months::integer[]))
      and (:travel_km::float8 is null or distance_km(r.lat, r.lon, :lat::float8, :lon::float8) <= :travel_km::float8)
      and (not :by_distance::bool or exists (
        select from jsonb_array_elements(r.distances) d where (d ->> 'distance_m')::float8 between :distance_min::float8 and :distance_max::float8))
    order by r.starts_on, r.id limit ${FOUND_MAX}`,
  ...RACE_ROW,
  { distance_km: 'float8?' },
);

/** A race that may be recommended. */
export type Candidate = RaceEntity & { distance_km: number | null };

/** Finds the races of a tenant that fit what a person looks for. */
@Injectable()
export class Candidates {
  constructor(private readonly db: Database) {}

  /** At most 500 of the next ones. */
  async find(tenant: string, { sports, months, home, travel_km, distance_range: range }: RecommendRaces): Promise<Candidate[]> {
    const values = {
      tenant,
      ...{ lat: home?.lat, lon: home?.lon, travel_km: home && travel_km },
      sports: sports?.length ? sports : undefined,
      months: months?.length ? months : undefined,
      by_distance: range?.min !== undefined || range?.max !== undefined,
      distance_min: range?.min ?? 0,
      distance_max: range?.max ?? Infinity,
    };
    return this.db.rows(FIND, values);
  }
}
