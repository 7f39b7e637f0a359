import { appId, appOf, BUSY, owner, series, time, timedId } from './names.ts';
import type { FillSteps } from './steps.ts';

/** What the busy person searches for: every fifth of their actions contains it. */
export const SEARCHED = 'parcel';
/** Tags of the busy person's documents: that of every tenth, and that of one. */
export const TAGS = { common: 't3', rare: 'first' };

export const kernel: FillSteps = (ranges, world) => {
  const { actions, documents } = ranges;
  const caller = owner(ranges, world, BUSY.actions);
  const writer = owner(ranges, world, BUSY.documents);
  return [
    [
      'actions',
      `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview, result_preview,
                           duration_ms, created_at, completed_at)
       select ${timedId('act', actions)}, md5(n::text), ${caller.user}, ${caller.tenant}, 'api',
              case when ${caller.isBusy} then '${world.app_id}' else ${appId(appOf(ranges))} end, 'find', 'read',
              case when n % 13 = 0 then 'failed' else 'success' end, 'Note ' || n || case when n / 10 % 5 = 0 then ' about a ${SEARCHED}' else '' end,
              'Milk, eggs.', n % 90, ${time(actions)}, ${time(actions)}
         from ${series(actions)}`,
    ],
    // The service counts too; the one that has the lock does.
    [
      'counters of actions',
      `do $$ begin while exists (select from uncounted_action) loop perform count_actions(20000); commit; end loop; end $$`,
    ],
    [
      'documents',
      `insert into document (id, tenant_id, user_id, app_id, collection, data, bytes, created_at, updated_at)
       select id, tenant_id, user_id, app_id, 'note', data, octet_length(data::text), at, at
         from (select ${timedId('doc', documents)} as id, ${writer.tenant} as tenant_id, ${writer.user} as user_id,
                      case when ${writer.isBusy} then '${world.app_id}' else ${appId(appOf(ranges))} end as app_id, ${time(documents)} as at,
                      jsonb_build_object('text', 'Note ' || n, 'number', n,
                        'tag', case when n = ${BUSY.documents} then '${TAGS.rare}' else 't' || n / ${BUSY.documents} % 10 end) as data
                 from ${series(documents)}) d`,
    ],
    [
      'counters of documents',
      `insert into storage_usage (tenant_id, user_id, app_id, bytes)
       select tenant_id, user_id, coalesce(app_id, ''), sum(bytes) from document where deleted_at is null
        group by grouping sets ((tenant_id, user_id, app_id), (tenant_id, user_id))
       on conflict (tenant_id, user_id, app_id) do update set bytes = excluded.bytes`,
    ],
  ];
};
