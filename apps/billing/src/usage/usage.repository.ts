import { IdempotencyConflict } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const MONTH = `date_trunc('month', now() at time zone 'UTC')::date`;
/** In the order of the meters, so that two that count the same ones cannot deadlock. A full meter stays full: 2^53 − 1. */
const COUNT = statement<{ meter: string; used: number }>(`
  insert into usage_counter (tenant_id, user_id, month, meter, used)
  select $1, $2, ${MONTH}, meter, quantity from unnest($3::text[], $4::bigint[]) as counted (meter, quantity) order by meter
  on conflict (tenant_id, user_id, month, meter) do update set used = least(usage_counter.used + excluded.used, ${Number.MAX_SAFE_INTEGER})
  returning meter, used`);
/** The update changes nothing: it waits for whoever tells of it at this moment, and answers what was told first. */
const TELL = statement<{ meter: string; quantity: number; fresh: boolean }>(`
  insert into usage_event (tenant_id, user_id, event_id, meter, quantity) values ($1, $2, $3, $4, $5)
  on conflict (tenant_id, user_id, event_id) do update set event_id = excluded.event_id
  returning meter, quantity, xmax = 0 as fresh`);
const STANDS = statement<{ used: number }>(
  `select used from usage_counter where tenant_id = $1 and user_id = $2 and meter = $3 and month = ${MONTH}`,
);
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

  /** Counts usage that is told under an id, once for it. What the meter stands at. @throws Problem `idempotency_conflict`. */
  countOnce(tenant: string, user: string, event_id: string, meter: string, quantity: number): Promise<number> {
    return this.db.transaction(async () => {
      const told = await this.db.row(TELL, [tenant, user, event_id, meter, quantity]);
      if (told?.meter !== meter || told.quantity !== quantity)
        throw IdempotencyConflict('This event_id was told with another meter or quantity.');
      if (told.fresh) await this.count(tenant, user, { [meter]: quantity });
      return (await this.db.row(STANDS, [tenant, user, meter]))?.used ?? 0;
    });
  }

  /** This month's meters of a person, those of the plan at least, and the plan's limits. */
  async of({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, plan: string) {
    const { limits, usage } = (await this.db.row(USED, [tenant, user, plan])) ?? { limits: {}, usage: {} };
    const unused = Object.fromEntries(Object.keys(limits).map((meter) => [meter, 0]));
    return { limits, usage: { ...unused, ...usage } };
  }
}
