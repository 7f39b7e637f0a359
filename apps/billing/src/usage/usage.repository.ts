import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const MONTH = `date_trunc('month', now() at time zone 'UTC')::date`;
/** In the order of the meters, so that two that count the same ones cannot deadlock. A full meter stays full: 2^53 − 1. */
const COUNT = statement<{ meter: string; used: number }>(`
  insert into usage_counter (tenant_id, user_id, month, meter, used)
  select $1, $2, ${MONTH}, meter, quantity from unnest($3::text[], $4::bigint[]) as counted (meter, quantity) order by meter
  on conflict (tenant_id, user_id, month, meter) do update set used = least(usage_counter.used + excluded.used, ${Number.MAX_SAFE_INTEGER})
  returning meter, used`);
const USED = statement<{ limits: Record<string, number>; usage: Record<string, number> }>(`
  select p.limits, (
           select coalesce(jsonb_object_agg(meter, used), '{}') from usage_counter
            where tenant_id = $1 and user_id = $2 and month = ${MONTH}
         ) as usage
    from plan p where p.id = $3`);

@Injectable()
export class UsageRepository {
  constructor(private readonly db: Database) {}

  /** Adds to a person's meters of this month and answers what they stand at. */
  count(tenant: string, user: string, meters: Record<string, number>) {
    return this.db.rows(COUNT, [tenant, user, Object.keys(meters), Object.values(meters)]);
  }

  /** This month's meters of a person, those of the plan at least, and the plan's limits. */
  async of({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, plan: string) {
    const { limits, usage } = (await this.db.row(USED, [tenant, user, plan])) ?? { limits: {}, usage: {} };
    const unused = Object.fromEntries(Object.keys(limits).map((meter) => [meter, 0]));
    return { limits, usage: { ...unused, ...usage } };
  }
}
