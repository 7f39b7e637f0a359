import { IdempotencyConflict } from '@skep/contracts';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** Ordered, so that concurrent counts cannot deadlock. A counter stops at 2^53 − 1. */
const COUNT = statement(
  `insert into usage_counter (tenant_id, user_id, month, meter, used)
  select :tenant, user_id, usage_month(), meter, least(sum(quantity), ${Number.MAX_SAFE_INTEGER})
    from jsonb_to_recordset(:counts) as counted (user_id text, meter text, quantity bigint) group by user_id, meter order by user_id, meter
  on conflict (tenant_id, user_id, month, meter) do update set used = least(usage_counter.used + excluded.used, ${Number.MAX_SAFE_INTEGER})
  returning meter, used`,
  { meter: 'text', used: 'int8' },
);
/** The update changes nothing: it waits for a concurrent insert of the same id and returns the row that was inserted first. */
const INSERT_EVENT = statement(
  `insert into usage_event (tenant_id, user_id, event_id, meter, quantity) values (:tenant, :user, :event_id, :meter, :quantity)
  on conflict (tenant_id, user_id, event_id) do update set event_id = excluded.event_id
  returning meter, quantity, xmax = 0 as is_new`,
  { meter: 'text', quantity: 'int8', is_new: 'bool' },
);
const READ_COUNTER = statement(
  `select used from usage_counter where tenant_id = :tenant and user_id = :user and meter = :meter and month = usage_month()`,
  { used: 'int8' },
);
const READ_USAGE = statement(
  `select p.limits, (
           select coalesce(jsonb_object_agg(meter, used), '{}') from usage_counter
            where tenant_id = :tenant and user_id = :user and month = usage_month()
         ) as usage
    from plan p where p.id = :plan`,
  { limits: as<Record<string, number>>('jsonb'), usage: as<Record<string, number>>('jsonb') },
);

/** Usage to add to a user's meter. */
export interface UsageCount {
  user_id: string;
  meter: string;
  quantity: number;
}

/** Usage counters per user, meter and month. */
@Injectable()
export class UsageRepository {
  constructor(private readonly db: Database) {}

  /** Adds to a user's meters of this month and returns the new totals. */
  count(tenant: string, user: string, meters: Record<string, number>) {
    return this.countAll(
      tenant,
      Object.entries(meters).map(([meter, quantity]) => ({ user_id: user, meter, quantity })),
    );
  }

  /** Adds to meters of several users of a tenant, and returns the new totals. */
  countAll(tenant: string, counts: UsageCount[]) {
    return this.db.rows(COUNT, { tenant, counts: JSON.stringify(counts) });
  }

  /** Counts usage once per event id and returns the meter's total. @throws Problem `idempotency_conflict` for other usage with that id. */
  countOnce(tenant: string, user: string, event_id: string, meter: string, quantity: number): Promise<number> {
    return this.db.transaction(async () => {
      const event = await this.db.row(INSERT_EVENT, { tenant, user, event_id, meter, quantity });
      if (event?.meter !== meter || event.quantity !== quantity)
        throw IdempotencyConflict(`The event_id ${event_id} was already used with another meter or quantity.`);
      if (event.is_new) await this.count(tenant, user, { [meter]: quantity });
      return (await this.db.row(READ_COUNTER, { tenant, user, meter }))?.used ?? 0;
    });
  }

  /** A user's meters of this month, including unused ones of the plan, and the plan's limits. */
  async getUsage({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, plan: string) {
    const { limits, usage } = (await this.db.row(READ_USAGE, { tenant, user, plan })) ?? { limits: {}, usage: {} };
    const unused = Object.fromEntries(Object.keys(limits).map((meter) => [meter, 0]));
    return { limits, usage: { ...unused, ...usage } };
  }
}
