import { ValidateBy } from 'class-validator';
import { TenantId } from '../auth/credentials.js';
import { Cursor } from '../common.js';
import { operation } from '../define.js';
import { Bool, Day, field, type FieldDocs, Int, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { SPORTS } from './person.js';

export type Sport = (typeof SPORTS)[number];

const docs = {
  event_id: { description: 'Id of the race.', example: 'race_7Hq2mXc0' },
  external_id: { description: 'Your own id of the race: writing it again changes the same race.', example: 'girona-trail-2031' },
  name: { description: 'Name of the race.', example: 'Girona Trail' },
  sport: { description: 'Its sport.', example: 'trail_run' },
  country: { description: 'Country (ISO 3166-1 alpha-2).', example: 'ES' },
  place: { description: 'Town or area.', example: 'Girona' },
  starts_on: { description: 'First day.', example: '2031-04-12' },
  ends_on: { description: 'Last day, if it has several.', example: '2031-04-13' },
  description: { description: 'What the race is like.', example: 'A hilly race through the old town.' },
  website: { description: 'Its page.', example: 'https://example.com/girona-trail' },
  language: { description: 'Language (BCP 47).', example: 'en' },
  distance_id: { description: 'Id of one of its distances.', example: 'long' },
  next_cursor: { description: 'Where to continue; null at the end.', example: null },
} satisfies Record<string, FieldDocs>;

/** The canonical spelling of a language tag, or undefined for text that is none (BCP 47). */
export function languageTagOf(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

const isTag = (value: unknown): boolean => typeof value === 'string' && value.length <= 35 && languageTagOf(value) !== undefined;

/** A language tag in canonical spelling. */
export const Language = (o: FieldDocs = docs.language) =>
  field(
    { schema: { type: 'string', minLength: 2, maxLength: 35 }, convert: (v) => (isTag(v) ? languageTagOf(v as string) : v) },
    o,
    ValidateBy({
      name: 'isLanguage',
      validator: { validate: isTag, defaultMessage: () => '$property must be a language tag of BCP 47, such as es or pt-BR' },
    }),
  );

/** A place on the earth, in degrees (WGS 84). */
export interface Coordinates {
  lat: number;
  lon: number;
}

const PLACE = /^(-?\d{1,3}(?:\.\d{1,15})?),\s?(-?\d{1,3}(?:\.\d{1,15})?)$/;

/** Reads `lat,lon`. Undefined for what is no place on the earth. */
export function coordinatesOf(text: string): Coordinates | undefined {
  const [, lat = NaN, lon = NaN] = (PLACE.exec(text.trim()) ?? []).map(Number);
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined;
}

/** A place as `lat,lon`. */
export const LatLon = (o: FieldDocs) =>
  field(
    { schema: { type: 'string', maxLength: 50 } },
    o,
    ValidateBy({
      name: 'isPlace',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && coordinatesOf(value) !== undefined,
        defaultMessage: () => '$property must be a latitude and a longitude in degrees, such as 41.98,2.82',
      },
    }),
  );

@Shape('A place, in degrees (WGS 84).')
export class RaceLocation {
  @Num({ min: -90, max: 90, description: 'Latitude.', example: 41.98 }) lat!: number;
  @Num({ min: -180, max: 180, description: 'Longitude.', example: 2.82 }) lon!: number;
}

@Shape('A distance of a race.')
export class RaceDistance {
  @Text({ min: 1, max: 64, ...docs.distance_id }) id!: string;
  @Text({ max: 200, description: 'Its name.', example: 'Long' }) name: string = '';
  @Num({ min: 0, max: 10_000_000, description: 'Metres.', example: 42_195 }) distance_m!: number;
  @Optional() @Num({ min: 0, max: 100_000, description: 'Metres of ascent.', example: 1_800 }) ascent_m?: number;
}

const Country = () =>
  field(
    {
      schema: { type: 'string', pattern: '^[A-Za-z]{2}$' },
      convert: (v) => (typeof v === 'string' ? v.toUpperCase() : v),
    },
    docs.country,
    ValidateBy({
      name: 'isCountry',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && /^[A-Z]{2}$/.test(value),
        defaultMessage: () => '$property must be a country of two letters, such as ES',
      },
    }),
  );

const SportOf = () => OneOf(SPORTS, docs.sport);
/** At least the characters of a day: it may not be empty. */
const DAY_LENGTH = 10;

@Shape('A race for the catalogue of a tenant.')
export class WriteRace {
  @TenantId({ description: 'The tenant whose catalogue it is.' }) tenant_id: string = 'default';
  @Optional() @Text({ min: 1, max: 200, ...docs.external_id }) external_id?: string;
  @Text({ min: 1, max: 300, ...docs.name }) name!: string;
  @SportOf() sport!: Sport;
  @Optional() @Country() country?: string;
  @Optional() @Text({ max: 200, ...docs.place }) place?: string;
  @Optional() @Nested(() => RaceLocation, { description: 'Where it starts.' }) location?: RaceLocation;
  @Text({ min: DAY_LENGTH, max: 41 }) @Day(docs.starts_on) starts_on!: string;
  @Optional() @Day(docs.ends_on) ends_on?: string;
  @Language({ ...docs.language, description: 'Language of its texts (BCP 47).' }) language: string = 'en';
  @Text({ max: 20_000, ...docs.description }) description: string = '';
  @Optional() @Text({ max: 1_000, pattern: /^https?:\/\//, ...docs.website }) website?: string;
  @List(() => RaceDistance, { max: 50, description: 'Its distances.' }) distances: RaceDistance[] = [];
}

@Shape('A race, in short.')
export class RaceSummary {
  @Text(docs.event_id) id!: string;
  @Text(docs.name) name!: string;
  @SportOf() sport!: Sport;
  @Nullable() @Text(docs.country) country!: string | null;
  @Nullable() @Text(docs.place) place!: string | null;
  @Nullable() @Nested(() => RaceLocation, { description: 'Where it starts.' }) location!: RaceLocation | null;
  @Day(docs.starts_on) starts_on!: string;
  @Nullable() @Day(docs.ends_on) ends_on!: string | null;
  @List(() => RaceDistance, { description: 'Its distances.' }) distances!: RaceDistance[];
  @Text({ ...docs.language, description: 'Language of the texts in this answer (BCP 47).' }) language!: string;
}

@Shape('A race.')
export class Race extends RaceSummary {
  @Nullable() @Text(docs.external_id) external_id!: string | null;
  @Text(docs.description) description!: string;
  @Nullable() @Text(docs.website) website!: string | null;
  @Text({ ...docs.language, description: 'Language in which it was written (BCP 47).' }) source_language!: string;
}

@Shape('A race, and whether it is new.')
export class WrittenRace extends Race {
  @Bool({ description: 'Whether this request created it.', example: true }) created!: boolean;
}

@Shape('Which races to find.')
export class FindRaces {
  @Optional() @Text({ max: 200, description: 'Words of its name, place and description.', example: 'Girona trail' }) q?: string;
  @Optional() @SportOf() sport?: Sport;
  @Optional()
  @Num({ min: 0, max: 10_000_000, description: 'Has a distance of at least so many metres.', example: 40_000 })
  distance_min?: number;
  @Optional()
  @Num({ min: 0, max: 10_000_000, description: 'Has a distance of at most so many metres.', example: 45_000 })
  distance_max?: number;
  @Optional()
  @Day({ description: 'First day. Without `from`, `to` and `q`: today.', example: '2031-04-01' })
  from?: string;
  @Optional() @Day({ description: 'Last day.', example: '2031-06-30' }) to?: string;
  @Optional() @LatLon({ description: 'Near this place: latitude and longitude in degrees.', example: '41.98,2.82' }) near?: string;
  @Num({ min: 0.1, max: 20_100, description: 'How near, in kilometres.', example: 100 }) radius_km: number = 50;
  @Optional() @Country() country?: string;
  @Optional()
  @Language({ ...docs.language, description: 'Language of the texts in the answer, where there is a translation (BCP 47).' })
  lang?: string;
  @Cursor() cursor?: string;
  @Int({ min: 1, max: 100, description: 'Maximum number of races.' }) limit: number = 20;
}

@Shape('Races, the earliest first.')
export class RacePage {
  @List(() => RaceSummary, { description: 'The races.' }) items!: RaceSummary[];
  @Nullable() @Text(docs.next_cursor) next_cursor!: string | null;
}

const EventId = () => Text({ min: 1, max: 64, ...docs.event_id });

@Shape('Identifies a race.')
export class RaceRef {
  @EventId() event_id!: string;
}

@Shape('Identifies a race, and the language in which to read it.')
export class ReadRace extends RaceRef {
  @Optional()
  @Language({ ...docs.language, description: 'Language of the answer (BCP 47). It overrides `Accept-Language`.' })
  lang?: string;
  @Optional()
  @Text({ max: 1_000, description: 'Languages of the answer, by preference (RFC 9110 §12.5.4).', example: 'es, en;q=0.5' })
  accept_language?: string;
}

@Shape('The languages in which a race can be read.')
export class RaceTranslations {
  @List('text', { description: 'Languages that are ready.', example: ['en', 'es'] }) available!: string[];
  @Text({ ...docs.language, description: 'Language in which it was written.' }) source!: string;
  @List('text', { description: 'Languages into which it is being translated.', example: [] }) queued!: string[];
  @List('text', { description: 'Languages whose translation has failed. Asking again begins anew.', example: [] }) failed!: string[];
}

@Shape('A language into which a race is to be translated.')
export class TranslateRace extends RaceRef {
  @Language() lang!: string;
}

@Shape('Whether a translation is ready.')
export class TranslationState {
  @OneOf(['ready', 'queued'], { description: '`queued`: it is being made.', example: 'queued' }) status!: 'ready' | 'queued';
}

export const RaceNotFound = problem('race_not_found', 404, 'Race not found.');

const scope = 'coach:use';

export const raceMembers = {
  writeRace: operation('Add a race to the catalogue (services only)', {
    description: 'Of the tenant that it names. With the `external_id` of a race that is known it replaces this one: 200 instead of 201.',
    input: WriteRace,
    output: WrittenRace,
  }),
  listRaces: operation('Find races', {
    description:
      'The races of your tenant, the earliest first. A search with `q`, or within 500 km of a place, finds at most 1,000; other conditions on distances look through 10,000.',
    input: FindRaces,
    output: RacePage,
    scope,
  }),
  getRace: operation('Read a race', {
    description:
      'In the first language that you ask for and that there is; else in the one in which it was written. `language` says which.',
    input: ReadRace,
    output: Race,
    problems: [RaceNotFound],
    scope,
  }),
  listRaceTranslations: operation('List the languages of a race', {
    input: RaceRef,
    output: RaceTranslations,
    problems: [RaceNotFound],
    scope,
  }),
  translateRace: operation('Translate a race', {
    description: 'By a language model, once for its text: 200 when it is ready, 202 when it is being made.',
    input: TranslateRace,
    output: TranslationState,
    problems: [RaceNotFound],
    scope,
  }),
};
