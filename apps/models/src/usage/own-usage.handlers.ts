import {
  type DailyUsage,
  type GetDailyUsage,
  type GetUsageSummary,
  type ListUsage,
  models,
  type UsageOfModel,
  type UsageRecords,
  type UsageSummary,
} from '@skep/contracts/models';
import { COUNTED_MAX, type Ctx, Database, Handle, Handlers, statement } from '@skep/platform';

const COUNTS = { prompt_tokens: 'int8', completion_tokens: 'int8', total_tokens: 'int8', request_count: 'int8' } as const;
const SUMS = `sum(prompt_tokens)::bigint as prompt_tokens, sum(completion_tokens)::bigint as completion_tokens,
  sum(prompt_tokens + completion_tokens)::bigint as total_tokens`;
const MINE = '(tenant_id, user_id) = (:tenant, :user)';
const BY_MODEL = statement(
  `select provider, model, ${SUMS}, sum(calls)::bigint as request_count, sum(fee)::bigint as credits from model_usage
    where ${MINE} and (:since::date is null or day >= :since::date) and (:until::date is null or day <= :until::date)
    group by provider, model order by provider, model limit 1000`,
  { provider: 'text', model: 'text', ...COUNTS, credits: 'int8?' },
);
const CREATED = "(created_at at time zone 'utc')::date";
/** Of one conversation or agent: the answers themselves. */
const BY_MODEL_OF = statement(
  `select provider, model, ${SUMS}, count(*)::bigint as request_count, null::bigint as credits from model_call
    where ${MINE} and (:conversation_id::text is null or conversation_id = :conversation_id) and (:agent_id::text is null or agent_id = :agent_id)
      and (:since::date is null or ${CREATED} >= :since::date) and (:until::date is null or ${CREATED} <= :until::date)
    group by provider, model order by provider, model limit 1000`,
  { provider: 'text', model: 'text', ...COUNTS, credits: 'int8?' },
);
const BY_DAY = statement(
  `select day::text as date, ${SUMS}, sum(calls)::bigint as request_count, sum(fee)::bigint as credits from model_usage
    where ${MINE} and day between :since::date and :until::date group by day order by day limit 366`,
  { date: 'text', ...COUNTS, credits: 'int8' },
);
const MATCHING = `${MINE} and (:since::date is null or created_at >= :since::date::timestamp at time zone 'utc')
  and (:until::date is null or created_at < (:until::date + 1)::timestamp at time zone 'utc')
  and (:provider::text = '' or provider = :provider) and (:model::text = '' or model = :model)`;
const RECORDS = statement(
  `select id::text as id, conversation_id, agent_id, provider, model, prompt_tokens, completion_tokens,
          prompt_tokens + completion_tokens as total_tokens, created_at
     from model_call where ${MATCHING} order by id desc limit :limit offset :offset`,
  {
    ...{ id: 'text', conversation_id: 'text?', agent_id: 'text?', provider: 'text', model: 'text' },
    ...{ prompt_tokens: 'int8', completion_tokens: 'int8', total_tokens: 'int8', created_at: 'timestamptz' },
  },
);
const COUNT = statement(`select count(*)::int as total from (select 1 from model_call where ${MATCHING} limit ${COUNTED_MAX}) counted`, {
  total: 'int4',
});

/** What users read of their own usage. */
@Handlers()
export class OwnUsageHandlers {
  constructor(private readonly db: Database) {}

  @Handle(models.getUsageSummary)
  async getUsageSummary({ tenant, user }: Ctx, input: GetUsageSummary): Promise<UsageSummary> {
    const { conversation_id = null, agent_id = null } = input;
    const days = { tenant, user, since: dayOf(input.start_date), until: dayOf(input.end_date) };
    const breakdown =
      conversation_id || agent_id
        ? await this.db.rows(BY_MODEL_OF, { ...days, conversation_id, agent_id })
        : await this.db.rows(BY_MODEL, days);
    const sum = (name: keyof typeof COUNTS) => breakdown.reduce((total, row) => total + row[name], 0);
    const [total_input_tokens, total_output_tokens, total_requests] = [
      sum('prompt_tokens'),
      sum('completion_tokens'),
      sum('request_count'),
    ];
    return {
      ...{ total_input_tokens, total_output_tokens, total_requests, breakdown, by_provider: byProvider(breakdown) },
      totals: {
        ...{
          prompt_tokens: total_input_tokens,
          completion_tokens: total_output_tokens,
          total_tokens: total_input_tokens + total_output_tokens,
        },
        request_count: total_requests,
      },
    };
  }

  @Handle(models.getDailyUsage)
  async getDailyUsage({ tenant, user }: Ctx, { date, days }: GetDailyUsage): Promise<DailyUsage> {
    const until = date || new Date().toISOString().slice(0, 10);
    const since = date || new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
    return { days: await this.db.rows(BY_DAY, { tenant, user, since, until }) };
  }

  @Handle(models.listUsage)
  async listUsage({ tenant, user }: Ctx, { start, end, limit, offset, ...of }: ListUsage): Promise<UsageRecords> {
    const matching = { tenant, user, since: dayOf(start), until: dayOf(end), ...of };
    const [records, counted] = await Promise.all([this.db.rows(RECORDS, { ...matching, limit, offset }), this.db.row(COUNT, matching)]);
    return { records, total: counted!.total };
  }
}

const dayOf = (text: string): string | null => text.slice(0, 10) || null;

function byProvider(breakdown: readonly UsageOfModel[]): UsageSummary['by_provider'] {
  const sums: UsageSummary['by_provider'] = {};
  for (const { provider, prompt_tokens, completion_tokens, request_count } of breakdown) {
    const { input_tokens = 0, output_tokens = 0, requests = 0 } = sums[provider] ?? {};
    sums[provider] = {
      ...{ input_tokens: input_tokens + prompt_tokens, output_tokens: output_tokens + completion_tokens },
      requests: requests + request_count,
    };
  }
  return sums;
}
