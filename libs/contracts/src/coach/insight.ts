import { HealthNotConnected, HealthProviderNotFound } from '../connections/health.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, Json, List, Num, OneOf, Optional, Shape, Text } from '../fields.js';

export const INSIGHT_STATES = ['pending', 'partial', 'ready', 'failed'] as const;
export type InsightState = (typeof INSIGHT_STATES)[number];

const docs = {
  provider: { description: 'A health provider.', example: 'strava' },
  lang: { description: 'Language of the texts (BCP 47).', example: 'en' },
} satisfies Record<string, FieldDocs>;

@Shape('Selects insights.')
export class ReadInsights {
  @Text({ min: 1, max: 64, ...docs.provider }) provider!: string;
  @Text({ max: 35, pattern: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, ...docs.lang }) lang: string = 'en';
}

@Shape('Something that the data of a person says.')
export class Insight {
  @Text({ description: 'What it is about; the same each time.', example: 'weekly_distance' }) id!: string;
  @Text({ description: 'A heading.', example: '34 km a week' }) title!: string;
  @Text({ description: 'One or two sentences.', example: 'In the last 13 weeks you covered 34 km in a typical week.' }) body!: string;
  @Optional() @Text({ description: 'What is measured.', example: 'distance_per_week' }) metric?: string;
  @Optional() @Num({ description: 'Its value.', example: 34 }) value?: number;
  @Optional() @Text({ description: 'Unit of the value.', example: 'km' }) unit?: string;
  @Optional()
  @Json({ description: 'What it follows from.', example: { activities: 39, from: '2026-03-24', to: '2026-06-21' } })
  evidence?: Record<string, unknown>;
}

@Shape('What the data of one provider says of a person.')
export class Insights {
  @Text(docs.provider) provider!: string;
  @OneOf(INSIGHT_STATES, {
    description: '`pending`: nothing has arrived yet. `partial`: more is arriving. `failed`: the provider did not give everything.',
    example: 'ready',
  })
  status!: InsightState;
  @Int({ description: 'How many days are looked at, until today.', example: 90 }) window_days!: number;
  @Text({ ...docs.lang, description: 'Language of the texts: the one that was asked for, if a language model is there to write it.' })
  lang!: string;
  @List(() => Insight, { description: 'The insights, most important first.' }) insights!: Insight[];
  @Optional() @Instant({ description: 'When they were made; absent while `pending`.' }) generated_at?: Date;
}

export const insightMembers = {
  getInsights: operation('Read what the data of a provider says', {
    description:
      'First findings after connecting, computed from your data. Answers 202 with `Retry-After` until the first data has arrived. A language model only words them.',
    input: ReadInsights,
    output: Insights,
    problems: [HealthProviderNotFound, HealthNotConnected],
    scope: 'coach:use',
    spansCalls: true,
  }),
};
