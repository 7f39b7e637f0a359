import {
  Action,
  type ActionPage,
  ActionStats,
  AppActionStats,
  type ListActions,
  type ListPaidActions,
  PaidAction,
  type RecordAction,
} from '@skep/contracts/kernel';
import { type Ctx, Database, defineList, statement, toPageFields, toPaging } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { newId } from '../id.js';
import { ActionEntity } from './action.entity.js';

/** Characters of each preview in a list: 200 actions with long previews would not fit into one message of the bus. */
const PREVIEW_MAX = 400;
/** How many actions of one request are listed. */
const TRACE_MAX = 200;

const COLUMNS = `id, trace_id, chain_id, parent_task_id, user_id, tenant_id, source, app_id, tool_name, action_type, intent_type, status,
  message_preview, result_preview, error, duration_ms, tokens_used, heartbeat_count, action_price, extension_price, platform_fee,
  worker_id, llm_provider, llm_model, llm_steps, llm_total_calls, llm_total_tokens, completed_at`;
const RECORD = statement(
  `insert into action (${COLUMNS}) select ${COLUMNS} from jsonb_populate_record(null::action, :action) on conflict do nothing returning *`,
  ActionEntity,
);

const OWN_COLUMNS = `id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, left(message_preview, ${PREVIEW_MAX}) as message_preview,
  left(result_preview, ${PREVIEW_MAX}) as result_preview, left(error, ${PREVIEW_MAX}) as error, duration_ms, tokens_used, action_price,
  extension_price, platform_fee, created_at, completed_at`;
const OWN_ACTIONS = defineList(
  {
    select: OWN_COLUMNS,
    from: 'action',
    // With tenant and user, the index action_owner.
    orders: { newest: [['id', 'text', 'desc']] },
  },
  Action,
);
const IS_OWN = 'tenant_id = :tenant and user_id = :user';
/** No index holds these texts. */
const CONTAINS = `concat_ws(' ', app_id, tool_name, message_preview, result_preview, error) ilike :pattern`;

/** By the index action_of_trace. */
const LIST_TRACE = statement(
  `select ${OWN_COLUMNS} from action where ${IS_OWN} and trace_id = :trace_id order by id limit ${TRACE_MAX}`,
  Action,
);

const TODAY = `(now() at time zone 'utc')::date`;
const ALL_TIME = `day = '-infinity'`;
const GET_STATS = statement(
  `select coalesce(sum(actions) filter (where ${ALL_TIME}), 0)::bigint as total,
          coalesce(sum(successes) filter (where ${ALL_TIME}), 0)::bigint as success,
          coalesce(sum(actions - successes) filter (where ${ALL_TIME}), 0)::bigint as failed,
          coalesce(sum(actions) filter (where day = ${TODAY}), 0)::bigint as today,
          coalesce(sum(actions) filter (where not ${ALL_TIME}), 0)::bigint as this_month,
          least(coalesce(sum(tokens) filter (where ${ALL_TIME}), 0), ${Number.MAX_SAFE_INTEGER})::bigint as tokens_used,
          coalesce(jsonb_object_agg(app_id, actions) filter (where ${ALL_TIME}), '{}') as by_app
     from (select app_id, day, sum(actions)::bigint as actions, sum(successes)::bigint as successes, sum(tokens) as tokens
             from action_total
            where tenant_id = :tenant and user_id = :user and (${ALL_TIME} or day >= date_trunc('month', now() at time zone 'utc')::date)
            group by app_id, day) own`,
  ActionStats,
);
const GET_APP_STATS = statement(
  `select :app_id::text as app_id, coalesce(sum(actions) filter (where ${ALL_TIME}), 0)::bigint as total_actions,
          coalesce(sum(users) filter (where ${ALL_TIME}), 0)::bigint as unique_users,
          coalesce(sum(successes) filter (where ${ALL_TIME}) / nullif(sum(actions) filter (where ${ALL_TIME}), 0), 1)::double precision as success_rate,
          (sum(duration_ms) filter (where ${ALL_TIME}) / nullif(sum(timed) filter (where ${ALL_TIME}), 0))::double precision as avg_duration_ms,
          coalesce(sum(actions) filter (where not ${ALL_TIME}), 0)::bigint as actions_last_30d
     from app_action_total where app_id = :app_id and (${ALL_TIME} or day > ${TODAY} - 30)`,
  AppActionStats,
);

const LIST_PAID = statement(
  `select id, trace_id, tenant_id, user_id, app_id, tool_name, extension_price, platform_fee from action
    where id > :after and id < :before and created_at >= :from and created_at < :to and action_price > 0 and source <> 'service'
    order by id limit :limit`,
  PaidAction,
);

const HOUR_MS = 3_600_000;
/** The lower bound of the ids created at a time (ms since 1970): ids contain their time of creation. */
const lowestIdAt = (at: number) => `act_${Math.max(0, at).toString(16).padStart(12, '0')}`;

const toIlikePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** The actions ledger. `record_calls` records the calls; this repository records what services report. Statistics are counters: see `CountActions`. */
@Injectable()
export class ActionRepository {
  constructor(private readonly db: Database) {}

  /** Records a service's action. Idempotent by user, trace, app and tool: a repetition returns the first action. */
  async record(tenant: string, input: RecordAction): Promise<ActionEntity> {
    const action = { ...input, tenant_id: tenant, id: newId('act'), source: 'service' };
    const { user_id, trace_id, app_id, tool_name } = action;
    const recorded = { source: 'service', tenant_id: tenant, user_id, trace_id, app_id, tool_name };
    return (
      (await this.db.row(RECORD, { action: JSON.stringify(action) })) ?? (await this.db.repository(ActionEntity).findOneByOrFail(recorded))
    );
  }

  /** A user's actions, newest first. A search looks through the newest 10,000 of them. */
  async list({ tenant, user }: Owner, input: ListActions): Promise<ActionPage> {
    const { app_id, action_type, status, search } = input;
    const chosen = [app_id && 'app_id = :app_id', action_type && 'action_type = :action_type', status && 'status = :status'];
    const conditions = search ? { where: [IS_OWN], filters: [...chosen, CONTAINS] } : { where: [IS_OWN, ...chosen] };
    const values = { tenant, user, app_id, action_type, status, pattern: search && toIlikePattern(search) };
    const found = await this.db.page(OWN_ACTIONS, { order: 'newest', ...conditions, values }, toPaging(input));
    return { actions: found.rows, ...toPageFields(found, input) };
  }

  /** The user's actions of a request, in the order of their start. */
  listOfTrace({ tenant, user }: Owner, trace_id: string): Promise<Action[]> {
    return this.db.rows(LIST_TRACE, { tenant, user, trace_id });
  }

  find({ tenant, user }: Owner, id: string): Promise<ActionEntity | null> {
    return this.db.repository(ActionEntity).findOneBy({ tenant_id: tenant, user_id: user, id });
  }

  async getStats({ tenant, user }: Owner): Promise<ActionStats> {
    return (await this.db.row(GET_STATS, { tenant, user }))!;
  }

  /** A page, by id, of the calls of all users that cost something. An id is created when its call begins, the row when it has ended. */
  listPaid({ from, to, after, limit }: ListPaidActions): Promise<PaidAction[]> {
    const first = lowestIdAt(from.getTime() - HOUR_MS);
    const page = { after: after > first ? after : first, before: lowestIdAt(to.getTime() + HOUR_MS), from, to, limit };
    return this.db.acrossTenants(() => this.db.rows(LIST_PAID, page));
  }

  /** Returns those of the ids that exist. */
  findExistingIds(ids: string[]): Promise<{ id: string }[]> {
    return this.db.acrossTenants(() => this.db.repository(ActionEntity).find({ select: { id: true }, where: { id: In(ids) } }));
  }

  /** Over all tenants, which share the apps. */
  async getAppStats(app_id: string): Promise<AppActionStats> {
    return (await this.db.acrossTenants(() => this.db.row(GET_APP_STATS, { app_id })))!;
  }
}
