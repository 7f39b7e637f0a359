import type { Page } from '@skep/contracts';
import { coordinatesOf, type FindRaces } from '@skep/contracts/coach';
import { Database, defineList, type List, unprepared } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { boxAround } from './near.js';
import type { RaceEntity } from './race.entity.js';
import { RACE_COLUMNS, RACE_ROW } from './race-row.js';

/** With the tenant, and with sport or country, the indexes race_day, race_sport and race_country. */
const orders = {
  day: [
    ['r.starts_on', 'date', 'asc'],
    ['r.id', 'text', 'asc'],
  ],
} satisfies List['orders'];
const RACES = defineList({ select: RACE_COLUMNS, from: 'race r', orders }, ...RACE_ROW);
const FOUND_RACES = defineList(
  {
    select: RACE_COLUMNS,
    // `offset 0` makes Postgres look each found race up.
    from: 'unnest(:found::text[]) found (race_id) cross join lateral (select * from race where id = found.race_id offset 0) r',
    orders,
  },
  ...RACE_ROW,
);

/** The races that a search by words or place considers. */
const FOUND_MAX = 1_000;
/** The races that one part of a word finds. */
const HITS_MAX = 300;
const WITH_WORDS = unprepared(
  `select race_id from race_search where terms @> race_words(:tenant, :q) and race_words(:tenant, :q) <> '{}' limit ${FOUND_MAX}`,
  { race_id: 'text' },
);
/** The races with most parts of the words: they may be misspelt, or incomplete. */
const ALIKE = unprepared(
  `with asked as materialized (select race_grams(:tenant, :q) as grams)
   select hit.race_id from asked, unnest(asked.grams[:32]) gram
    cross join lateral (select race_id from race_search where terms @> array[gram] limit ${HITS_MAX}) hit
    group by hit.race_id, asked.grams having count(*) >= 0.6 * least(32, cardinality(asked.grams))
    order by count(*) desc, hit.race_id limit 100`,
  { race_id: 'text' },
);

const IN_BOX = `r.lat between :south and :north and (case when :wraps then r.lon >= :west or r.lon <= :east else r.lon between :west and :east end)`;
const IS_NEAR = 'distance_km(r.lat, r.lon, :lat, :lon) <= :radius_km';
const HAS_DISTANCE = `exists (select from jsonb_array_elements(r.distances) d where (d ->> 'distance_m')::float8 between :distance_min and :distance_max)`;
/** Those within a box, by the index race_place, and the first of them. */
const NEAR = unprepared(
  `with boxed as materialized (
     select r.id, r.starts_on from race r
      where r.tenant_id = :tenant and ${IN_BOX} and ${IS_NEAR} and r.starts_on between :from and :to
        and (:sport::text is null or r.sport = :sport) and (:country::text is null or r.country = :country)
        and (not :by_distance::bool or ${HAS_DISTANCE}))
   select id as race_id from boxed order by starts_on, id limit ${FOUND_MAX}`,
  { race_id: 'text' },
);
/** Within more kilometres there are so many races that the first ones are found faster by their days. */
const NEAR_MAX_KM = 500;

type Search = Partial<Omit<FindRaces, 'lang'>>;

/** Finds races of a tenant. */
@Injectable()
export class RaceSearch {
  constructor(private readonly db: Database) {}

  async find(tenant: string, { q = '', near, cursor, limit, ...search }: Search): Promise<Page<RaceEntity>> {
    const { sport, country, distance_min, distance_max, radius_km = 50 } = search;
    const isOpen = !q && !search.from && !search.to;
    const place = near === undefined ? undefined : coordinatesOf(near);
    const values = {
      ...{ tenant, q, sport: sport ?? null, country: country ?? null, radius_km, ...place, ...(place && boxAround(place, radius_km)) },
      ...{ distance_min: distance_min ?? 0, distance_max: distance_max ?? Infinity },
      by_distance: distance_min !== undefined || distance_max !== undefined,
      from: search.from?.slice(0, 10) || (isOpen ? new Date().toISOString().slice(0, 10) : '-infinity'),
      to: search.to?.slice(0, 10) || 'infinity',
    };
    const where = [
      'r.tenant_id = :tenant',
      'r.starts_on between :from::date and :to::date',
      sport !== undefined && 'r.sport = :sport',
      country !== undefined && 'r.country = :country',
    ];
    const filters = [values.by_distance && HAS_DISTANCE, place && IS_NEAR];
    const paging = { ...(limit !== undefined && { limit }), cursor };
    const total = () => Promise.resolve(0);
    const isNear = place && radius_km <= NEAR_MAX_KM;
    const found = q ? await this.findWords(values) : isNear ? await this.db.rows(NEAR, values) : undefined;
    if (!found) return this.db.page(RACES, { order: 'day', where, filters, values, total }, paging);
    const ids = found.map(({ race_id }) => race_id);
    return this.db.page(FOUND_RACES, { order: 'day', where, filters, values: { ...values, found: ids }, total }, paging);
  }

  private async findWords(values: { tenant: string; q: string }) {
    const found = await this.db.rows(WITH_WORDS, values);
    return found.length ? found : this.db.rows(ALIKE, values);
  }
}
