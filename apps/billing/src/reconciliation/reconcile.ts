import type { Discrepancy, Reconcile as Input, ReconciliationPage } from '@skep/contracts/billing';
import { kernel, type PaidAction } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** What was charged for each action. */
const FIND_CHARGES = statement(
  `select c.action_id, count(*) as charges, sum(h.captured_base)::bigint as base, sum(h.captured_fee)::bigint as fee
    from call_charge c join hold h on h.id = c.hold_id where c.action_id = any (:action_ids) group by c.action_id`,
  { action_id: 'text', charges: 'int8', base: 'int8', fee: 'int8' },
);
/** Captured holds of calls, each with the action it paid for. Completions that apps ask for outside of calls are no actions. */
const LIST_HOLDS = statement(
  `select h.id, h.tenant_id, h.user_id, h.app_id, h.function, h.captured_base + h.captured_fee as charged, c.action_id, c.trace_id
    from hold h left join call_charge c on c.hold_id = h.id
   where h.status = 'captured' and h.function <> 'ai.complete' and h.ended_at >= :from and h.ended_at < :to and h.id > :after order by h.id limit :limit`,
  {
    ...{ id: 'text', tenant_id: 'text', user_id: 'text', app_id: 'text', function: 'text', charged: 'int8' },
    ...{ action_id: 'text?', trace_id: 'text?' },
  },
);

type ActionCharges = NonNullable<(typeof FIND_CHARGES)['row']>;
type CapturedHold = NonNullable<(typeof LIST_HOLDS)['row']>;

/** Compares captured holds with the kernel's paid actions, one page of either side at a time. Read-only. */
@Injectable()
export class Reconcile {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  run(ctx: Ctx, input: Input): Promise<ReconciliationPage> {
    return input.side === 'actions' ? this.compareActions(ctx, input) : this.compareHolds(ctx, input);
  }

  private async compareActions(ctx: Ctx, { from, to, after, limit }: Input): Promise<ReconciliationPage> {
    const actions = await this.bus.call(kernel.listPaidActions, ctx, { from, to, after, limit });
    const charged = await this.db.rows(FIND_CHARGES, { action_ids: actions.map(({ id }) => id) });
    const chargesByAction = new Map(charged.map((charges) => [charges.action_id, charges]));
    return {
      discrepancies: actions.flatMap((action) => checkAction(action, chargesByAction.get(action.id))),
      checked: actions.length,
      next: actions.length < limit ? null : (actions.at(-1)?.id ?? null),
    };
  }

  private async compareHolds(ctx: Ctx, input: Input): Promise<ReconciliationPage> {
    const holds = await this.db.rows(LIST_HOLDS, input);
    const ids = holds.flatMap(({ action_id }) => (action_id === null ? [] : [action_id]));
    const existing = new Set((await this.bus.call(kernel.findActionIds, ctx, { ids })).map(({ id }) => id));
    return {
      discrepancies: holds.flatMap((hold) => checkHold(hold, existing)),
      checked: holds.length,
      next: holds.length < input.limit ? null : (holds.at(-1)?.id ?? null),
    };
  }
}

/** The discrepancies between a paid action and its charges. */
function checkAction(
  { id, trace_id, tenant_id, user_id, app_id, tool_name, extension_price, platform_fee }: PaidAction,
  charged?: ActionCharges,
) {
  const discrepancy = (kind: string, what: string): Discrepancy[] => [
    { kind, trace_id, action_id: id, tenant_id, user_id, detail: `${app_id}/${tool_name} cost ${extension_price + platform_fee}, ${what}` },
  ];
  if (!charged) return discrepancy('charge_lost', 'but nothing was charged');
  const { charges, base, fee } = charged;
  if (charges > 1) return discrepancy('charged_twice', `but was charged ${charges} times, ${base + fee} in total`);
  return base === extension_price && fee === platform_fee
    ? []
    : discrepancy('charged_otherwise', `including a fee of ${platform_fee}, but ${base + fee} was charged, including ${fee}`);
}

/** The discrepancies between a captured hold and the kernel's actions. */
function checkHold(
  { id, tenant_id, user_id, app_id, function: name, charged, action_id, trace_id }: CapturedHold,
  existing: Set<string>,
): Discrepancy[] {
  if (action_id !== null && existing.has(action_id)) return [];
  const kind = action_id === null ? 'charge_unnamed' : 'action_lost';
  return [{ kind, trace_id, action_id, tenant_id, user_id, detail: `hold ${id} charged ${charged} for ${app_id}/${name}` }];
}
