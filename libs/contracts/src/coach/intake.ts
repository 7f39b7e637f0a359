import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { ModelKeyRejected, ModelRateLimited, ModelTimeout, ModelUnavailable } from '../models/completion.js';
import { NotConfigured } from '../problem.js';
import { CoachBudgetExceeded, ModelFailed } from './model.js';
import { ClientMessageId } from './source.js';

/** What the intake asks about, in this order: fields of the profile. */
export const INTAKE_TOPICS = ['sports', 'experience', 'weekly_hours', 'goals', 'injuries'] as const;
export const INTAKE_STEPS = [...INTAKE_TOPICS, 'done'] as const;
export type IntakeStep = (typeof INTAKE_STEPS)[number];

const docs = {
  step: { description: 'What the coach asks about next.', example: 'weekly_hours' },
  answers: { description: 'Answers by the fields of the profile. null: the person does not want to say it.', example: { weekly_hours: 4 } },
} satisfies Record<string, FieldDocs>;

@Shape('A message of the intake.')
export class IntakeMessage {
  @Text({ description: 'Id of the message.', example: 'src_5f0c2b7e9a1d4c3e8b6f' }) id!: string;
  @OneOf(['person', 'coach'], { description: 'Who says it.', example: 'person' }) role!: 'person' | 'coach';
  @Text({ description: 'Their words.', example: 'I run three times a week.' }) text!: string;
  @Instant({ description: 'When it was said.' }) created_at!: Date;
}

@Shape('The conversation in which the coach gets to know a person.')
export class Intake {
  @OneOf(['open', 'complete'], { description: '`complete`: every topic has an answer.', example: 'open' }) status!: 'open' | 'complete';
  @OneOf(INTAKE_STEPS, docs.step) step!: IntakeStep;
  @Json(docs.answers) answers!: Record<string, unknown>;
  @List(() => IntakeMessage, { description: 'The newest messages, the oldest of them first.' }) messages!: IntakeMessage[];
}

@Shape('What a person says in the intake: words, answers, or both.')
export class TakeIntakeTurn {
  @Optional() @Text({ min: 1, max: 4_000, description: 'What you say.', example: 'I run three times a week.' }) message?: string;
  @Optional()
  @Json({ ...docs.answers, description: 'Answers by name. Those that are fields of the profile are written to it.' })
  answers?: Record<string, unknown>;
  @ClientMessageId() client_message_id!: string;
}

@Shape('A turn of the intake.')
export class IntakeTurn {
  @List(() => IntakeMessage, { description: 'The message of this turn, and what the coach answers.' }) messages!: IntakeMessage[];
  @OneOf(INTAKE_STEPS, docs.step) step!: IntakeStep;
  @Bool({ description: 'Whether every topic has an answer.', example: false }) complete!: boolean;
  @Nullable()
  @Json({ description: 'Fields of the profile that the message suggests. They are not applied.', example: { experience: 'beginner' } })
  profile_patch!: Record<string, unknown> | null;
}

const scope = 'coach:use';

export const intakeMembers = {
  getIntake: operation('Read your intake', { input: Empty, output: Intake, scope }),
  takeIntakeTurn: operation('Say something in your intake', {
    description:
      'A language model answers `message`; to clients that accept `text/event-stream` as an event, before the whole answer. The turn is kept before it is asked: if it fails, the same `client_message_id` asks again. Once it has answered, a repeat gets that answer.',
    input: TakeIntakeTurn,
    output: IntakeTurn,
    problems: [ModelFailed, CoachBudgetExceeded, NotConfigured, ModelUnavailable, ModelTimeout, ModelRateLimited, ModelKeyRejected],
    spansCalls: true,
    scope,
  }),
};
