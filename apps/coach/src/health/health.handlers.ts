import { InvalidInput, Problem } from '@skep/contracts';
import {
  type Activities,
  Activity,
  type ActivityDetail,
  ActivityNotFound,
  type ActivityPart,
  coach,
  type ListActivities as ListInput,
  ProviderFailed,
  type ReadActivity,
} from '@skep/contracts/coach';
import { type Ctx, Database, defineList, Handle, Handlers } from '@skep/platform';
import { ACTIVITY_COLUMNS, HealthRepository } from './health.repository.js';
import { VendorApi } from './vendor-api.js';
import { VENDORS } from './vendors/index.js';

const ACTIVITIES = defineList(
  {
    select: ACTIVITY_COLUMNS,
    from: 'activity',
    // The index activity_started.
    orders: {
      newest: [
        ['started_at', 'timestamptz', 'desc'],
        ['id', 'text', 'desc'],
      ],
    },
  },
  Activity,
);

@Handlers()
export class HealthHandlers {
  constructor(
    private readonly db: Database,
    private readonly health: HealthRepository,
    private readonly api: VendorApi,
  ) {}

  @Handle(coach.listActivities)
  async listActivities({ tenant, user }: Ctx, { sport, from, to, limit, cursor }: ListInput): Promise<Activities> {
    if (from && to && from > to) throw InvalidInput([{ loc: ['to'], msg: 'must not be before `from`', type: 'value_error' }]);
    const selection = {
      order: 'newest' as const,
      where: ['tenant_id = :tenant and user_id = :user'],
      filters: ['duplicate_of is null', sport && 'sport = :sport', from && 'day >= :from::date', to && 'day <= :to::date'],
      values: { tenant, user, sport, from: from?.slice(0, 10), to: to?.slice(0, 10) },
    };
    const { rows, cursorAt, has_more } = await this.db.page(ACTIVITIES, selection, { limit, cursor });
    return { items: rows, next_cursor: has_more ? cursorAt!(rows.length - 1) : null };
  }

  @Handle(coach.getActivity)
  async getActivity(ctx: Ctx, { activity_id, include }: ReadActivity): Promise<ActivityDetail> {
    const row = await this.health.find(ctx, activity_id);
    if (!row) throw ActivityNotFound();
    const parts = [...new Set(include?.split(',') as ActivityPart[] | undefined)];
    const read = await Promise.all(parts.map(async (part) => [part, await this.readPart(ctx, row, part)] as const));
    return { ...row, ...Object.fromEntries(read) };
  }

  /** Null where a provider has no such part. @throws Problem `provider_failed` */
  private async readPart(ctx: Ctx, { provider, vendor_id }: Activity, part: ActivityPart): Promise<unknown> {
    const vendor = VENDORS[provider];
    if (!vendor?.parts) return null;
    const answer = await this.api.get(ctx, provider, vendor.parts[part](encodeURIComponent(vendor_id))).catch((error: unknown) => {
      if (error instanceof Problem && error.body.status < 500) throw ProviderFailed(error.body.title);
      throw error;
    });
    if (!('body' in answer)) throw ProviderFailed();
    return vendor.partOf?.(part, answer.body) ?? answer.body;
  }
}
