import { events, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text, TimeZone } from '../fields.js';
import { ModelBudgetExceeded, ModelKeyRejected, ModelRateLimited, ModelTimeout, ModelUnavailable } from '../models/completion.js';
import { NotConfigured, problem } from '../problem.js';
import { CoachBudgetExceeded, ModelFailed } from './model.js';

export const QUESTION_MAX = 2_000;
export const CHART_FORMATS = ['vega-lite', 'svg'] as const;
export type ChartFormat = (typeof CHART_FORMATS)[number];

const docs = {
  question: { description: 'The question.', example: 'How far did I run this week?' },
  conversation_id: { description: 'Id of the conversation.', example: 'cnv_6Qk1p0Zr2bX4' },
  answer: { description: 'The answer.', example: 'You ran 24.1 km this week, in three runs.' },
  took_ms: { description: 'Milliseconds from the question to the answer.', example: 2400 },
  caption: { description: 'What the chart shows, in a sentence.', example: 'Kilometres by week.' },
} satisfies Record<string, FieldDocs>;

@Shape('A question about your training.')
export class AskQuestion {
  @Text({ min: 1, max: QUESTION_MAX, pattern: /\S/, ...docs.question }) question!: string;
  @Optional()
  @Text({ min: 1, max: 64, ...docs.conversation_id, description: 'The conversation that it continues.' })
  conversation_id?: string;
  @Optional()
  @TimeZone({ description: 'Time zone of “today” and “this week”; that of your profile if left out.', example: 'Europe/Madrid' })
  timezone?: string;
}

@Shape('A question that a chart answers.')
export class AskChart extends AskQuestion {
  @OneOf(CHART_FORMATS, { description: 'Form of the chart.', example: 'vega-lite' }) format: ChartFormat = 'vega-lite';
}

@Shape('Data that an answer rests on.')
export class AnswerSource {
  @List('text', { description: 'The views that were read: `my_activities`, `my_sleep`, `my_days`.', example: ['my_activities'] })
  views!: string[];
  @Text({ max: 8_000, description: 'The SQL of the query.', example: 'select sum(distance_m) / 1000 as km from my_activities' })
  query!: string;
  @Int({ description: 'Rows that it returned.', example: 1 }) rows!: number;
}

@Shape('The answer to a question.')
export class QuestionAnswer {
  @Text({ max: 100_000, ...docs.answer }) answer!: string;
  @Text(docs.conversation_id) conversation_id!: string;
  @List(() => AnswerSource, { description: 'What it rests on.' }) sources!: AnswerSource[];
  @Int(docs.took_ms) took_ms!: number;
}

@Shape('What is being done.')
export class QuestionStatus {
  @OneOf(['reading', 'writing', 'drawing'], {
    description: 'Reading your data, writing the answer, or drawing the chart.',
    example: 'reading',
  })
  status!: string;
  @Text(docs.conversation_id) conversation_id!: string;
}

@Shape('The next words of an answer.')
export class QuestionDelta {
  @Text({ description: 'The words.', example: 'You ran ' }) text!: string;
}

@Shape('What a chart shows.')
export class ChartCaption {
  @Text(docs.caption) caption!: string;
}

@Shape('A chart that has been drawn.')
export class ChartDone {
  @Text(docs.caption) caption!: string;
  @Text(docs.conversation_id) conversation_id!: string;
  @List(() => AnswerSource, { description: 'What it rests on.' }) sources!: AnswerSource[];
  @Int(docs.took_ms) took_ms!: number;
}

@Shape('A question has failed. The stream ends.')
export class QuestionFailed {
  @Text({ description: 'Code of the problem.', example: 'model_unavailable' }) code!: string;
  @Text({ description: 'What went wrong.', example: 'The language model is temporarily unavailable.' }) detail!: string;
  @Bool({ description: 'Whether asking again may help.', example: true }) retryable!: boolean;
}

@Shape('A field of the data, and how it is drawn.')
export class ChartChannel {
  @Text({ max: 63, description: 'A column of the data.', example: 'week' }) field!: string;
  @OneOf(['quantitative', 'temporal', 'ordinal', 'nominal'], { description: 'What kind of values it has.', example: 'ordinal' })
  type!: string;
  @Optional() @Text({ max: 100, description: 'A title.', example: 'Week' }) title?: string;
}

@Shape('How the fields of the data are drawn.')
export class ChartEncoding {
  @Nested(() => ChartChannel, { description: 'Horizontal.' }) x!: ChartChannel;
  @Nested(() => ChartChannel, { description: 'Vertical.' }) y!: ChartChannel;
  @Optional() @Nested(() => ChartChannel, { description: 'By colour.' }) color?: ChartChannel;
}

@Shape('A chart: a subset of Vega-Lite, with its data in it. With the format `svg`, `svg` is the drawing itself.')
export class ChartSpec {
  @Text({ description: 'The language of the specification.', example: 'https://vega.github.io/schema/vega-lite/v5.json' }) $schema!: string;
  @Text({ description: 'What the chart shows.', example: 'Kilometres by week' }) description!: string;
  @OneOf(['bar', 'line', 'point', 'area'], { description: 'How values are drawn.', example: 'bar' }) mark!: string;
  @Nested(() => ChartEncoding, { description: 'Which fields are drawn, and how.' })
  encoding!: ChartEncoding;
  @Json({ bytes: Infinity, description: 'The data: `{values: […]}`.', example: { values: [{ week: 1, km: 31 }] } }) data!: {
    values: object[];
  };
  @Optional() @Text({ max: 200_000, description: 'The drawing.', example: '<svg xmlns="http://www.w3.org/2000/svg"/>' }) svg?: string;
}

@Shape('Identifies a conversation.')
export class QuestionConversationRef {
  @Text({ min: 1, max: 64, ...docs.conversation_id }) conversation_id!: string;
}

@Shape('A question or an answer.')
export class QuestionMessage {
  @Text({ description: 'Id of the message.', example: 'qst_6Qk1p0Zr2bX4' }) id!: string;
  @OneOf(['user', 'assistant'], { description: 'Who says it.', example: 'user' }) role!: string;
  @Text({ max: 100_000, description: 'What is said.', example: 'How far did I run this week?' }) content!: string;
  @Instant({ description: 'When it was said.' }) created_at!: Date;
  @Optional() @List(() => AnswerSource, { description: 'What an answer rests on.' }) sources?: AnswerSource[];
  @Optional() @Nested(() => ChartSpec, { description: 'The chart of an answer.' }) spec?: ChartSpec;
}

@Shape('A conversation with its newest 200 questions, oldest first.')
export class QuestionConversation {
  @Text(docs.conversation_id) id!: string;
  @List(() => QuestionMessage, { description: 'The messages.' }) messages!: QuestionMessage[];
  @Nullable() @Text({ description: 'The run of the newest question, while it is being answered.' }) pending!: string | null;
}

export const QuestionConversationNotFound = problem('question_conversation_not_found', 404, 'Conversation not found.');

const scope = 'coach:use';
const PROBLEMS = [
  ...[QuestionConversationNotFound, ModelFailed, CoachBudgetExceeded, NotConfigured],
  ...[ModelBudgetExceeded, ModelRateLimited, ModelKeyRejected, ModelUnavailable, ModelTimeout],
];

/** What the streams of questions show. `done` and `error` say how the run has ended. */
export const ANSWER_EVENTS = { status: QuestionStatus, delta: QuestionDelta, done: QuestionAnswer, error: QuestionFailed };
export const CHART_EVENTS = { status: QuestionStatus, spec: ChartSpec, caption: ChartCaption, done: ChartDone, error: QuestionFailed };

export const questionMembers = {
  askQuestion: operation('Ask about your training', {
    description: 'Waits for the whole answer. It rests on your data alone: a language model writes a query, which may read nothing else.',
    input: AskQuestion,
    output: QuestionAnswer,
    problems: PROBLEMS,
    scope,
    spansCalls: true,
  }),
  streamAnswer: operation('Ask about your training, and read along', {
    description: 'The question goes on if you leave: read on with `GET`, or find the answer in the conversation.',
    input: AskQuestion,
    output: events(ANSWER_EVENTS),
    problems: [QuestionConversationNotFound],
    scope,
  }),
  streamChart: operation('Ask for a chart of your training', {
    description: 'The chart is data that your app draws. Its values come from your data, and it loads nothing.',
    input: AskChart,
    output: events(CHART_EVENTS),
    problems: [QuestionConversationNotFound],
    scope,
  }),
  resumeAnswer: operation('Read the newest answer of a conversation', {
    description: 'From its beginning, or after `Last-Event-ID`.',
    input: QuestionConversationRef,
    output: events({ ...CHART_EVENTS, ...ANSWER_EVENTS }),
    problems: [QuestionConversationNotFound],
    scope,
  }),
  getQuestionConversation: operation('Read a conversation about your training', {
    input: QuestionConversationRef,
    output: QuestionConversation,
    problems: [QuestionConversationNotFound],
    scope,
  }),
};
