import { isVisible, numberOf, traceSource } from '@skep/platform';

/** Holds, by the index hold_trace; also by the action that one has paid for. */
export const HOLD_TRACES = traceSource({
  find: `select trace_id from hold where id = :id and trace_id is not null and ${isVisible('hold')}
      union select c.trace_id from call_charge c join hold on hold.id = c.hold_id
       where (c.action_id = :id or c.hold_id = :id) and ${isVisible('hold')}`,
  list: `select 'hold' as kind, id, coalesce(c.action_id, cause_id) as parent_id, concat_ws('.', nullif(app_id, ''), function) as name, status, user_id,
      hold.created_at as started_at, ended_at,
      (case when status in ('released', 'expired') then 0 else coalesce(captured_base + captured_fee, amount) end)::float8 as credits,
      null::bigint as tokens, null::text as text
    from hold left join call_charge c on c.hold_id = hold.id where hold.trace_id = :trace_id and ${isVisible('hold')}`,
});

/** The entries of wallets that captured holds and their reversals have made. The number of an entry is known to its owner only. */
export const ENTRY_TRACES = traceSource({
  find: `select c.trace_id from hold join call_charge c on c.hold_id = hold.id where hold.transaction_id = :id and ${isVisible('hold')}
      union select c.trace_id from call_reversal r join hold on hold.id = r.hold_id join call_charge c on c.hold_id = hold.id
       where r.transaction_id = :id and ${isVisible('hold')}
      union select c.trace_id from wallet join ledger_entry e on e.account_id = wallet.account_id and e.id = ${numberOf('entry')}
       join hold on hold.transaction_id = e.transaction_id join call_charge c on c.hold_id = hold.id
       where wallet.tenant_id = :tenant and wallet.user_id = :user`,
  list: `select 'entry' as kind, 'entry:' || e.id as id, moved.id as parent_id, t.kind as name, null::text as status, moved.user_id,
      t.created_at as started_at, null::timestamptz as ended_at, e.amount::float8 as credits, null::bigint as tokens, t.description as text
    from (
      select id, user_id, account_id, transaction_id from hold where trace_id = :trace_id and ${isVisible('hold')}
      union all
      select hold.id, hold.user_id, hold.account_id, r.transaction_id from hold join call_reversal r on r.hold_id = hold.id
       where hold.trace_id = :trace_id and ${isVisible('hold')}
    ) moved
    join ledger_transaction t on t.id = moved.transaction_id
    join ledger_entry e on e.transaction_id = moved.transaction_id and e.account_id = moved.account_id`,
});
