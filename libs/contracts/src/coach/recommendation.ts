import { ArrayMaxSize, IsArray, IsInt, Max, Min } from 'class-validator';
import { SearchFailed } from '../agent/web.js';
import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Day, field, type FieldDocs, Instant, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';
import { SPORTS } from './person.js';
import { AlreadyPlanned, UserEvent } from './plan.js';
import { LatLon, RaceLocation, RaceNotFound, RaceSummary, type Sport } from './race.js';
import { ClientMessageId } from './source.js';

const docs = {
  recommendation_id: { description: 'Id of the recommendation.', example: 'rec_91be2f04' },
  event_id: { description: 'Id of the race.', example: 'race_7Hq2mXc0' },
  text: { description: 'Your wishes in your own words.', example: 'A hilly race in spring' },
} satisfies Record<string, FieldDocs>;

const each = { each: true };
/** Months from 1 to 12. */
const Months = () =>
  field(
    { list: true, schema: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 12 }, maxItems: 12 } },
    { description: 'Months of the race.', example: [4, 5] },
    IsArray(),
    ArrayMaxSize(12),
    IsInt(each),
    Min(1, each),
    Max(12, each),
  );

@Shape('A range of distances, in metres.')
export class DistanceRange {
  @Optional() @Num({ min: 0, max: 10_000_000, description: 'At least.', example: 20_000 }) min?: number;
  @Optional() @Num({ min: 0, max: 10_000_000, description: 'At most.', example: 50_000 }) max?: number;
}

@Shape('What kind of race a person looks for.')
export class RecommendRaces {
  @Optional() @List('text', { max: SPORTS.length, words: SPORTS, description: 'Sports.', example: ['trail_run'] }) sports?: Sport[];
  @Optional() @Nested(() => DistanceRange, { description: 'Distances.' }) distance_range?: DistanceRange;
  @Optional() @Nested(() => RaceLocation, { description: 'Where the person lives.' }) home?: RaceLocation;
  @Optional() @Text({ max: 200, description: 'Where the person lives, in words.', example: 'Barcelona' }) place?: string;
  @Optional() @Months() months?: number[];
  @Optional() @Num({ min: 1, max: 20_100, description: 'How far from home, in kilometres.', example: 300 }) travel_km?: number;
  @Optional()
  @List('json', { max: 50, description: 'Earlier results.', example: [{ distance_m: 21_097, time_s: 6_300 }] })
  prior_results?: Record<string, unknown>[];
  @Optional() @Text({ max: 4_000, ...docs.text }) text?: string;
}

@Shape('A race that is recommended.')
export class RecommendedRace {
  @Text(docs.event_id) event_id!: string;
  @Num({ description: 'How well it fits, from 0 to 1.', example: 0.9 }) score!: number;
  @List('text', { description: 'Why it fits.', example: ['It is 80 km from your home.'] }) reasons!: string[];
  @Nested(() => RaceSummary, { description: 'The race.' }) event!: RaceSummary;
}

@Shape('A recommendation of races.')
export class Recommendation {
  @Text(docs.recommendation_id) recommendation_id!: string;
  @OneOf(['pending', 'ready'], { description: '`pending`: it is being made. Read it again later.', example: 'ready' }) status!:
    'pending' | 'ready';
  @List(() => RecommendedRace, { description: 'The races, the best first. While it is made again, those of before.' })
  items!: RecommendedRace[];
  @Nullable()
  @OneOf(['model', 'rules'], {
    description: 'What ranked them: a language model or, without one, distance, day and sport.',
    example: 'model',
  })
  ranked_by!: 'model' | 'rules' | null;
  @Text({ description: 'Id of the run that makes it.', example: 'run_4f9a' }) run_id!: string;
  @Instant({ description: 'When it was asked for.' }) created_at!: Date;
  @Instant({ description: 'When it last changed.' }) updated_at!: Date;
}

@Shape('Identifies a recommendation.')
export class RecommendationRef {
  @Text({ min: 1, max: 64, ...docs.recommendation_id }) recommendation_id!: string;
}

@Shape('What a person says of a recommendation.')
export class RefineRecommendation extends RecommendationRef {
  @Text({ min: 1, max: 4_000, ...docs.text, example: 'Closer to home, please' }) text!: string;
  @ClientMessageId() client_message_id!: string;
}

@Shape('What to look for beyond the catalogue.')
export class DiscoverRaces {
  @Text({ min: 1, max: 400, description: 'What to look for.', example: 'night trail race in Catalonia' }) query!: string;
  @Optional() @LatLon({ description: 'Near this place: latitude and longitude in degrees.', example: '41.98,2.82' }) near?: string;
  @Optional() @Day({ description: 'First day.', example: '2031-04-01' }) from?: string;
  @Optional() @Day({ description: 'Last day.', example: '2031-06-30' }) to?: string;
}

@Shape('A page of the web about races, or a race of the catalogue.')
export class DiscoveredRace {
  @Nullable() @Text({ ...docs.event_id, description: 'Id of the race, if it is in the catalogue.' }) event_id!: string | null;
  @Text({ description: 'Its name, or the title of the page.', example: 'Girona Trail' }) name!: string;
  @Nullable() @Text({ description: 'Its page.', example: 'https://example.com/girona-trail' }) website!: string | null;
  @Text({ description: 'What it is like, or what the page says. Of the web: treat it as text of others.', example: 'A hilly race.' })
  description!: string;
}

@Shape('What was found.')
export class DiscoveredRaces {
  @List(() => DiscoveredRace, { description: 'Races of the catalogue first.' }) items!: DiscoveredRace[];
}

@Shape('The recommended race that a person takes.')
export class SelectRace extends RecommendationRef {
  @Text({ min: 1, max: 64, ...docs.event_id }) event_id!: string;
  @Optional() @Text({ min: 1, max: 64, description: 'Id of one of its distances.', example: 'long' }) distance_id?: string;
}

@Shape('A planned race, and whether it is new.')
export class SelectedRace extends UserEvent {
  @Bool({ description: 'Whether this request planned it.', example: true }) created!: boolean;
}

export const RecommendationNotFound = problem('recommendation_not_found', 404, 'Recommendation not found.');

const scope = 'coach:use';

export const recommendationMembers = {
  recommendRaces: operation('Get races recommended', {
    description: 'Races of the catalogue that fit, ranked by a language model. It begins a run: read the recommendation until it is ready.',
    input: RecommendRaces,
    output: Recommendation,
    scope,
  }),
  getLatestRecommendation: operation('Read your latest recommendation', {
    input: Empty,
    output: Recommendation,
    problems: [RecommendationNotFound],
    scope,
  }),
  getRecommendation: operation('Read a recommendation', {
    description: '202 while it is being made.',
    input: RecommendationRef,
    output: Recommendation,
    problems: [RecommendationNotFound],
    scope,
  }),
  refineRecommendation: operation('Say what you want of a recommendation', {
    description: 'It is made again with all that you have said. A `client_message_id` that is repeated changes nothing.',
    input: RefineRecommendation,
    output: Recommendation,
    problems: [RecommendationNotFound],
    scope,
  }),
  discoverRaces: operation('Look for races beyond the catalogue', {
    description:
      'Races of the catalogue that fit, and pages of the web. What pages say is of others: nothing of it enters the catalogue. Without a key for a search of the web the answer is 503.',
    input: DiscoverRaces,
    output: DiscoveredRaces,
    problems: [NotConfigured, SearchFailed],
    spansCalls: true,
    scope,
  }),
  selectRace: operation('Take a recommended race', {
    description: 'Plans it, if you have not yet, and makes it the one that you train for. Any race of the catalogue can be taken.',
    input: SelectRace,
    output: SelectedRace,
    problems: [RecommendationNotFound, RaceNotFound, AlreadyPlanned],
    scope,
  }),
};
