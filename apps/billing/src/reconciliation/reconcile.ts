import { type Discrepancy, kernel, type PaidAction, type Reconcile as Input, type ReconciliationPage } from '@skep/contracts';
import { Bus, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

interface Charged {
  action_id: string;
  charges: number;
  base: number;
  fee: number;
}
interface Charge {
  id: string;
  tenant_id: string;
  user_id: string;
  app_id: string;
  function: string;
  charged: number;
  action_id: string | null;
  trace_id: string | null;
}

const CHARGED = statement<Charged>(`
  select c.action_id, count(*) as charges, sum(h.captured_base)::bigint as base, sum(h.captured_fee)::bigint as fee
    from call_charge c join hold h on h.id = c.hold_id where c.action_id = any ($1) group by c.action_id`);
const CHARGES = statement<Charge>(`
  select h.id, h.tenant_id, h.user_id, h.app_id, h.function, h.captured_base + h.captured_fee as charged, c.action_id, c.trace_id
    from hold h left join call_charge c on c.hold_id = h.id
   where h.status = 'captured' and h.ended_at >= $1 and h.ended_at < $2 and h.id > $3 order by h.id limit $4`);

/** Compares what billing has charged with what the kernel has written down, a page at a time, from either side. It changes nothing. */
@Injectable()
export class Reconcile {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  run(ctx: Ctx, input: Input): Promise<ReconciliationPage> {
    return input.side === 'actions' ? this.actions(ctx, input) : this.charges(ctx, input);
  }

  private async actions(ctx: Ctx, { from, to, after, limit }: Input): Promise<ReconciliationPage> {
    const actions = await this.bus.call(kernel.listPaidActions, ctx, { from, to, after, limit });
    const charged = await this.db.rows(CHARGED, [actions.map(({ id }) => id)]);
    const byAction = new Map(charged.map((charge) => [charge.action_id, charge]));
    return {
      discrepancies: actions.flatMap((action) => compared(action, byAction.get(action.id))),
      checked: actions.length,
      next: actions.length < limit ? null : (actions.at(-1)?.id ?? null),
    };
  }

  private async charges(ctx: Ctx, { from, to, after, limit }: Input): Promise<ReconciliationPage> {
    const charges = await this.db.rows(CHARGES, [from, to, after, limit]);
    const ids = charges.flatMap(({ action_id }) => (action_id === null ? [] : [action_id]));
    const known = new Set((await this.bus.call(kernel.findActionIds, ctx, { ids })).map(({ id }) => id));
    return {
      discrepancies: charges.flatMap((charge) => traced(charge, known)),
      checked: charges.length,
      next: charges.length < limit ? null : (charges.at(-1)?.id ?? null),
    };
  }
}

function compared({ id, trace_id, tenant_id, user_id, app_id, tool_name, extension_price, platform_fee }: PaidAction, charged?: Charged) {
  const found = (kind: string, what: string): Discrepancy[] => [
    { kind, trace_id, action_id: id, tenant_id, user_id, detail: `${app_id}/${tool_name} cost ${extension_price + platform_fee}, ${what}` },
  ];
  if (!charged) return found('charge_lost', 'and nothing was charged');
  const { charges, base, fee } = charged;
  if (charges > 1) return found('charged_twice', `and was charged ${charges} times, ${base + fee} in all`);
  return base === extension_price && fee === platform_fee
    ? []
    : found('charged_otherwise', `of it ${platform_fee} for the language model, and ${base + fee} was charged, of it ${fee}`);
}

function traced(
  { id, tenant_id, user_id, app_id, function: name, charged, action_id, trace_id }: Charge,
  known: Set<string>,
): Discrepancy[] {
  if (action_id !== null && known.has(action_id)) return [];
  const kind = action_id === null ? 'charge_unnamed' : 'action_lost';
  return [{ kind, trace_id, action_id, tenant_id, user_id, detail: `${app_id}/${name} was charged ${charged} by ${id}` }];
}
