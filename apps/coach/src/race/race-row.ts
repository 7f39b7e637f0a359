import type { Race, RaceSummary } from '@skep/contracts/coach';
import { RaceEntity } from './race.entity.js';

/** The columns of a race `r`; days are text. */
export const RACE_COLUMNS = `r.id, r.tenant_id, r.external_id, r.name, r.sport, r.country, r.place, r.lat, r.lon, r.starts_on::text as starts_on,
  r.ends_on::text as ends_on, r.language, r.description, r.website, r.distances, r.source_hash, r.created_at, r.updated_at`;

/** Their types. */
export const RACE_ROW = [RaceEntity, { starts_on: 'text', ends_on: 'text?' }] as const;

/** The texts of a race in one language. */
export type RaceTexts = Pick<RaceEntity, 'language' | 'name' | 'description'>;

/** @param texts those of a translation; by default the race's own */
export function toRace(row: RaceEntity, texts: RaceTexts = row): Race {
  const { external_id, website, language: source_language } = row;
  return { ...toSummary(row, texts), external_id, description: texts.description, website, source_language };
}

export function toSummary({ lat, lon, ...row }: RaceEntity, { name, language }: RaceTexts = { ...row }): RaceSummary {
  const { id, sport, country, place, starts_on, ends_on, distances } = row;
  const location = lat === null || lon === null ? null : { lat, lon };
  return { id, name, sport, country, place, location, starts_on, ends_on, distances, language };
}
