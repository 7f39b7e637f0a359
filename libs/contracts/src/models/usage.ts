import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Day, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';

const docs = {
  date: { description: 'The day, in UTC.', example: '2026-06-21' },
} satisfies Record<string, FieldDocs>;

@Shape('Selects the use of language models on a day.')
export class GetModelUsage {
  @Day({ ...docs.date, description: 'The day, in UTC. Empty: today.' }) date: string = '';
  @Optional() @Text({ max: 64, ...IDS.tenant, description: 'Id of the tenant. Left out: all.' }) tenant_id?: string;
}

@Shape('Selects a user’s use of language models on a day.')
export class GetUserModelUsage extends GetModelUsage {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('What completions used.')
export class UsedTokens {
  @Int({ description: 'Number of completions.', example: 12 }) calls!: number;
  @Int({ description: 'Tokens of the requests.', example: 4200 }) prompt_tokens!: number;
  @Int({ description: 'Tokens of the answers.', example: 900 }) completion_tokens!: number;
  @Int({ description: 'All tokens.', example: 5100 }) total_tokens!: number;
  @Int({ description: 'Platform fees in credits.', example: 720 }) fee!: number;
}

@Shape('What completions of one model used.')
export class UsedTokensOfModel extends UsedTokens {
  @Text({ description: 'Name of the provider.', example: 'openai' }) provider!: string;
  @Text({ description: 'Name of the model.', example: 'gpt-5-mini' }) model!: string;
}

@Shape('The use of language models on a day.')
export class ModelUsage extends UsedTokens {
  @Text(docs.date) date!: string;
  @Nullable() @Text({ ...IDS.user, description: 'The user; null for all.' }) user_id!: string | null;
  @List(() => UsedTokensOfModel, { description: 'The same by model.' }) models!: UsedTokensOfModel[];
}

/** A day, or a moment of which the day counts; in UTC. */
const tokens = {
  prompt_tokens: { description: 'Tokens of the requests.', example: 4200 },
  completion_tokens: { description: 'Tokens of the answers.', example: 900 },
  total_tokens: { description: 'All tokens.', example: 5100 },
  request_count: { description: 'Number of answers.', example: 12 },
  credits: { description: 'What they cost, in credits.', example: 24 },
  provider: { description: 'Name of the provider.', example: 'openai' },
  model: { description: 'Name of the model.', example: 'gpt-5-mini' },
} satisfies Record<string, FieldDocs>;

@Shape('Selects what of your usage is added up.')
export class GetUsageSummary {
  @Day({ description: 'The first day, in UTC.', example: '2026-06-01' }) start_date: string = '';
  @Day({ description: 'The last day, in UTC.', example: '2026-06-30' }) end_date: string = '';
  @Optional() @Text({ max: 64, description: 'Only answers in this conversation; of the last 90 days.' }) conversation_id?: string;
  @Optional()
  @Text({ max: 100, description: 'Only answers for this agent; of the last 90 days.', example: 'researcher' })
  agent_id?: string;
}

@Shape('Your usage of one model.')
export class UsageOfModel {
  @Text(tokens.provider) provider!: string;
  @Text(tokens.model) model!: string;
  @Int(tokens.prompt_tokens) prompt_tokens!: number;
  @Int(tokens.completion_tokens) completion_tokens!: number;
  @Int(tokens.total_tokens) total_tokens!: number;
  @Int(tokens.request_count) request_count!: number;
  @Nullable() @Int({ ...tokens.credits, description: 'What they cost, in credits. Null for one conversation or agent.' }) credits!:
    number | null;
}

@Shape('Your usage of language models.')
export class UsageSummary {
  @Int({ ...tokens.prompt_tokens }) total_input_tokens!: number;
  @Int({ ...tokens.completion_tokens }) total_output_tokens!: number;
  @Int(tokens.request_count) total_requests!: number;
  @Json({
    bytes: Infinity,
    description: 'By name of the provider: `input_tokens`, `output_tokens`, `requests`.',
    example: { openai: { input_tokens: 4200, output_tokens: 900, requests: 12 } },
  })
  by_provider!: Record<string, { input_tokens: number; output_tokens: number; requests: number }>;
  @Json({
    description: 'The sums: `prompt_tokens`, `completion_tokens`, `total_tokens`, `request_count`.',
    example: { total_tokens: 5100 },
  })
  totals!: Record<string, number>;
  @List(() => UsageOfModel, { description: 'By provider and model.' }) breakdown!: UsageOfModel[];
}

@Shape('Selects days of your usage.')
export class GetDailyUsage {
  @Day({ ...docs.date, description: 'One day, in UTC.' }) date: string = '';
  @Int({ min: 1, max: 365, description: 'So many days, up to today, if no date is given.' }) days: number = 30;
}

@Shape('Your usage on a day.')
export class UsageOfDay {
  @Text(docs.date) date!: string;
  @Int(tokens.prompt_tokens) prompt_tokens!: number;
  @Int(tokens.completion_tokens) completion_tokens!: number;
  @Int(tokens.total_tokens) total_tokens!: number;
  @Int(tokens.request_count) request_count!: number;
  @Int(tokens.credits) credits!: number;
}

@Shape('Your usage by day.')
export class DailyUsage {
  @List(() => UsageOfDay, { description: 'Days with usage, oldest first.' }) days!: UsageOfDay[];
}

@Shape('Selects records of your usage.')
export class ListUsage {
  @Day({ description: 'The first day, in UTC.', example: '2026-06-01' }) start: string = '';
  @Day({ description: 'The last day, in UTC.', example: '2026-06-30' }) end: string = '';
  @Text({ max: 50, ...tokens.provider }) provider: string = '';
  @Text({ max: 200, ...tokens.model }) model: string = '';
  @Int({ min: 1, max: 500, description: 'Records per page.' }) limit: number = 50;
  @Int({ min: 0, max: 10_000, description: 'Records to skip.' }) offset: number = 0;
}

@Shape('One answer of a language model.')
export class UsageRecord {
  @Text({ description: 'Id of the record.', example: '018f2f2a' }) id!: string;
  @Nullable() @Text({ description: 'The conversation that it belongs to.' }) conversation_id!: string | null;
  @Nullable() @Text({ description: 'The agent that asked.', example: 'researcher' }) agent_id!: string | null;
  @Text(tokens.provider) provider!: string;
  @Text(tokens.model) model!: string;
  @Int(tokens.prompt_tokens) prompt_tokens!: number;
  @Int(tokens.completion_tokens) completion_tokens!: number;
  @Int(tokens.total_tokens) total_tokens!: number;
  @Instant({ description: 'When it was answered.' }) created_at!: Date;
}

@Shape('A page of your usage.')
export class UsageRecords {
  @List(() => UsageRecord, { description: 'Newest first.' }) records!: UsageRecord[];
  @Int({ description: 'Number of records that match, at most 10,000.', example: 12 }) total!: number;
}

/** Of people who use agents. */
const scope = 'agent:use';

export const usageMembers = {
  getUsageSummary: operation('Read your usage of language models', {
    description: 'Answers and their tokens, streams included, of 400 days.',
    scope,
    input: GetUsageSummary,
    output: UsageSummary,
  }),
  getDailyUsage: operation('Read your usage of language models by day', { scope, input: GetDailyUsage, output: DailyUsage }),
  listUsage: operation('List your answers of language models', {
    description: 'Each with its tokens, for 90 days.',
    scope,
    input: ListUsage,
    output: UsageRecords,
  }),
  getModelUsage: operation('Read the use of language models on a day (services only)', {
    description: 'Of one tenant or of all.',
    input: GetModelUsage,
    output: ModelUsage,
  }),
  getUserModelUsage: operation('Read a user’s use of language models on a day (services only)', {
    description: 'Days without use have zeros.',
    input: GetUserModelUsage,
    output: ModelUsage,
  }),
};
