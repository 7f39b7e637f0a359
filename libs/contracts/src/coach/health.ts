import { Cursor } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Day, type FieldDocs, Instant, Int, List, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { SPORTS } from './person.js';

const docs = {
  activity_id: { description: 'Id of the activity.', example: 'act_6Qk1p0Zr2b' },
  provider: { description: 'Where it comes from.', example: 'strava' },
  sport: { description: 'Sport.', example: 'run' },
} satisfies Record<string, FieldDocs>;

/** What a provider adds to an activity. */
export const ACTIVITY_PARTS = ['streams', 'laps', 'map'] as const;
export type ActivityPart = (typeof ACTIVITY_PARTS)[number];
const PARTS = new RegExp(`^(${ACTIVITY_PARTS.join('|')})(,(${ACTIVITY_PARTS.join('|')}))*$`);

@Shape('Selects activities.')
export class ListActivities {
  @Int({ min: 1, max: 200, description: 'Maximum number of activities.' }) limit: number = 50;
  @Cursor() cursor?: string;
  @Optional() @OneOf(SPORTS, { ...docs.sport, description: 'Only this sport.' }) sport?: string;
  @Optional() @Day({ description: 'The first day, in the time zone of each activity.', example: '2026-06-01' }) from?: string;
  @Optional() @Day({ description: 'The last day.', example: '2026-06-30' }) to?: string;
}

@Shape('Identifies an activity, and says what its provider is asked for in addition.')
export class ReadActivity {
  @Text({ min: 1, max: 200, ...docs.activity_id, description: 'Our id of the activity, that of its provider, or `<provider>:<id>`.' })
  activity_id!: string;
  @Optional()
  @Text({
    max: 40,
    pattern: PARTS,
    description: 'What to read from the provider, by commas: `streams`, `laps`, `map`.',
    example: 'laps,map',
  })
  include?: string;
}

@Shape('An activity. Several providers may have it; it is listed once.')
export class Activity {
  @Text(docs.activity_id) id!: string;
  @Text(docs.provider) provider!: string;
  @Text({ description: 'Its id at the provider.', example: '11802341123' }) vendor_id!: string;
  @OneOf(SPORTS, docs.sport) sport!: string;
  @Text({ description: 'The sport as the provider calls it.', example: 'TrailRun' }) vendor_sport!: string;
  @Text({ description: 'Its name, in the words of the person or the provider.', example: 'Morning run' }) name!: string;
  @Instant({ description: 'When it began.' }) started_at!: Date;
  @Day({ description: 'The day where it began.', example: '2026-06-21' }) day!: string;
  @Int({ description: 'Time in motion, in seconds; the whole time if the provider does not know it.', example: 2700 }) duration_s!: number;
  @Nullable() @Int({ description: 'The whole time, in seconds.', example: 2800 }) elapsed_s!: number | null;
  @Nullable() @Num({ description: 'Distance in metres.', example: 8000 }) distance_m!: number | null;
  @Nullable() @Num({ description: 'Ascent in metres.', example: 60 }) ascent_m!: number | null;
  @Nullable() @Num({ description: 'Seconds for a kilometre.', example: 337.5 }) pace_s_per_km!: number | null;
  @Nullable() @Num({ description: 'Average speed in metres per second.', example: 2.96 }) average_speed_m_s!: number | null;
  @Nullable() @Num({ description: 'Average heart rate, in beats per minute.', example: 142 }) average_heart_rate_bpm!: number | null;
  @Nullable() @Num({ description: 'Highest heart rate, in beats per minute.', example: 168 }) max_heart_rate_bpm!: number | null;
  @Nullable() @Num({ description: 'Average power in watts.', example: 210 }) average_power_w!: number | null;
  @Nullable() @Num({ description: 'Average cadence, per minute.', example: 86 }) average_cadence_rpm!: number | null;
  @Nullable() @Num({ description: 'Energy in kilocalories.', example: 540 }) energy_kcal!: number | null;
  @Nullable() @Text({ ...docs.activity_id, description: 'The activity that is the same, and that is listed.' }) duplicate_of!:
    string | null;
}

@Shape('Activities, newest first.')
export class Activities {
  @List(() => Activity, { description: 'The activities.' }) items!: Activity[];
  @Nullable() @Text({ description: 'Where the list continues. Null at its end.' }) next_cursor!: string | null;
}

@Shape('An activity, and what its provider adds.')
export class ActivityDetail extends Activity {
  @Optional() @AnyJson({ description: 'Measured values over time, as the provider has them.' }) streams?: unknown;
  @Optional() @AnyJson({ description: 'Laps, as the provider has them.' }) laps?: unknown;
  @Optional() @AnyJson({ description: 'The way, as the provider has it.' }) map?: unknown;
}

export const ActivityNotFound = problem('activity_not_found', 404, 'Activity not found.');
export const ProviderFailed = problem('provider_failed', 502, 'The provider does not answer as it should. Try again later.');

const scope = 'coach:use';

export const healthMembers = {
  listActivities: operation('List your activities', {
    description: 'Of all connected providers, newest first, each once.',
    input: ListActivities,
    output: Activities,
    scope,
  }),
  getActivity: operation('Read an activity', {
    description: '`include` reads from its provider, as long as it is connected.',
    input: ReadActivity,
    output: ActivityDetail,
    problems: [ActivityNotFound, ProviderFailed],
    scope,
    spansCalls: true,
  }),
};
