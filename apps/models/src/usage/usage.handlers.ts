import { type GetModelUsage, type GetUserModelUsage, type ModelUsage, models, type UsedTokens } from '@skep/contracts/models';
import { type Ctx, Database, Handle, Handlers, statement, tenantOf } from '@skep/platform';

const USED = statement(
  `select provider, model, sum(calls)::bigint as calls, sum(prompt_tokens)::bigint as prompt_tokens,
          sum(completion_tokens)::bigint as completion_tokens, sum(fee)::bigint as fee
     from model_usage where day = :day::date and (:tenant_id::text is null or tenant_id = :tenant_id)
      and (:user_id::text is null or user_id = :user_id)
    group by provider, model order by provider, model limit 1000`,
  { provider: 'text', model: 'text', calls: 'int8', prompt_tokens: 'int8', completion_tokens: 'int8', fee: 'int8' },
);

@Handlers()
export class UsageHandlers {
  constructor(private readonly db: Database) {}

  @Handle(models.getModelUsage)
  getModelUsage(ctx: Ctx, input: GetModelUsage) {
    return this.find(ctx, input, null);
  }

  @Handle(models.getUserModelUsage)
  getUserModelUsage(ctx: Ctx, input: GetUserModelUsage) {
    return this.find(ctx, input, input.user_id);
  }

  private async find(ctx: Ctx, { date, ...input }: GetModelUsage, user_id: string | null): Promise<ModelUsage> {
    const day = date || new Date().toISOString().slice(0, 10);
    const rows = await this.db.acrossTenants(() => this.db.rows(USED, { day, tenant_id: tenantOf(ctx, input) || null, user_id }));
    const models = rows.map((row) => ({ ...row, total_tokens: row.prompt_tokens + row.completion_tokens }));
    const sum = (name: keyof UsedTokens) => models.reduce((total, row) => total + row[name], 0);
    return {
      ...{ date: day, user_id, models, calls: sum('calls'), fee: sum('fee') },
      ...{ prompt_tokens: sum('prompt_tokens'), completion_tokens: sum('completion_tokens'), total_tokens: sum('total_tokens') },
    };
  }
}
