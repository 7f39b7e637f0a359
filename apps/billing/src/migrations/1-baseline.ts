import { Migration } from '@skep/platform';

export class Baseline1763769600100 extends Migration {
  readonly sql = `
    select uuidv7(); -- needs Postgres 18: an older server fails at this migration, not at the first charge

    -- Plans are data: later changes are made with SQL.
    create table plan (
      id text primary key,
      name text not null,
      price_cents int not null,
      interval text not null default 'month',
      included_tokens bigint not null,
      features jsonb not null,
      limits jsonb not null,
      position int not null,
      for_sale boolean not null default true
    );
    insert into plan (id, name, price_cents, included_tokens, for_sale, position, limits, features) values
      ('free', 'Free', 0, 500, true, 1, '{"actions": 500, "tokens": -1, "storage_bytes": 52428800}',
        '{"included_tokens": 500, "topups": true, "support": "community"}'),
      ('starter', 'Starter', 900, 15000, true, 2, '{"actions": 15000, "tokens": -1, "storage_bytes": 524288000}',
        '{"included_tokens": 15000, "topups": true, "support": "email"}'),
      ('pro', 'Pro', 2900, 50000, true, 3, '{"actions": 50000, "tokens": -1, "storage_bytes": 5368709120}',
        '{"included_tokens": 50000, "topups": true, "support": "priority"}'),
      ('business', 'Business', 7900, 200000, true, 4, '{"actions": 200000, "tokens": -1, "storage_bytes": 21474836480}',
        '{"included_tokens": 200000, "topups": true, "support": "priority"}'),
      ('enterprise', 'Enterprise', 0, 0, false, 5, '{"actions": -1, "tokens": -1, "storage_bytes": -1}',
        '{"included_tokens": "custom", "topups": true, "support": "dedicated", "custom_price": true}');

    -- The ledger, and the wallets whose balances it explains.
    create table ledger_account (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      kind text not null,
      user_id text not null default '',
      constraint ledger_account_unique unique (tenant_id, kind, user_id),
      constraint ledger_account_owner check ((kind in ('wallet', 'earnings', 'payable')) = (user_id <> ''))
    );
    create index ledger_account_developer on ledger_account (user_id, kind) where kind in ('earnings', 'payable');

    create table ledger_transaction (
      id text primary key,
      tenant_id text not null,
      kind text not null,
      idempotency_key text not null,
      input_hash text not null,
      description text,
      app_id text,
      created_at timestamptz not null default now(),
      constraint ledger_transaction_unique unique (tenant_id, idempotency_key)
    );

    -- Without foreign keys: see sql/refuse_unbalanced_entries.sql.
    create table ledger_entry (
      id bigint generated always as identity,
      transaction_id text not null,
      account_id bigint not null,
      amount bigint not null,
      granted bigint not null default 0,
      balance_after bigint,
      granted_after bigint,
      primary key (account_id, id),
      constraint ledger_entry_unique unique (transaction_id, account_id),
      constraint ledger_entry_not_zero check (amount <> 0),
      constraint ledger_entry_granted check (granted between least(amount, 0) and greatest(amount, 0))
    );

    create table wallet (
      tenant_id text not null,
      user_id text not null,
      account_id bigint not null constraint wallet_account references ledger_account,
      balance bigint not null default 0,
      granted bigint not null default 0,
      plan text not null constraint wallet_plan references plan,
      status text not null default 'active',
      included_tokens bigint not null default 0,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      held bigint not null default 0,
      recharge_below bigint,
      primary key (tenant_id, user_id),
      constraint wallet_account_unique unique (account_id),
      constraint wallet_balance_not_negative check (balance >= 0),
      constraint wallet_granted_within_balance check (granted between 0 and balance),
      constraint wallet_held_within_balance check (held >= 0 and held <= balance)
    );

    -- Payments, and the refunds and disputes that the payment provider reports.
    create table payment (
      id text primary key,
      provider text not null,
      tenant_id text not null,
      user_id text not null,
      tokens bigint not null,
      price_cents bigint not null,
      currency text not null default 'usd',
      status text not null default 'created',
      transaction_id text constraint payment_transaction references ledger_transaction,
      created_at timestamptz not null default now(),
      credited_at timestamptz,
      kind text not null default 'topup',
      refunded_cents bigint not null default 0,
      reversed bigint not null default 0,
      reversals int not null default 0,
      receipt_url text,
      checked_at timestamptz not null default now(),
      constraint payment_transaction_unique unique (transaction_id),
      constraint payment_kind check (kind in ('topup', 'auto_topup', 'subscription')),
      constraint payment_status check (status in ('created', 'credited', 'paid', 'canceled') and (status = 'credited') = (transaction_id is not null)),
      constraint payment_price check (tokens >= 0 and (tokens = 0) = (kind = 'subscription') and price_cents > 0),
      constraint payment_reversed check (reversed between 0 and tokens and refunded_cents >= 0)
    );
    create index payment_owner on payment (tenant_id, user_id, created_at desc, id);
    create index payment_unsettled on payment (created_at) where status = 'created';

    create table payment_dispute (
      id text primary key,
      payment_id text not null constraint payment_dispute_payment references payment,
      amount_cents bigint not null constraint payment_dispute_amount check (amount_cents > 0),
      status text not null constraint payment_dispute_status check (status in ('open', 'won', 'lost'))
    );
    create index payment_dispute_payment_id on payment_dispute (payment_id);

    -- The ids of the provider's events that were processed.
    create table payment_event (
      id text primary key,
      type text not null,
      processed_at timestamptz not null default now()
    );
    create index payment_event_processed on payment_event (processed_at);

    -- The payment provider's customer id of each user.
    create table payment_customer (
      provider text not null,
      tenant_id text not null,
      user_id text not null,
      customer_id text not null,
      primary key (provider, tenant_id, user_id),
      constraint payment_customer_unique unique (provider, customer_id)
    );

    create table sandbox_card (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      last4 text not null default '4242',
      is_default boolean not null default false,
      created_at timestamptz not null default now()
    );
    create index sandbox_card_owner on sandbox_card (tenant_id, user_id, created_at);

    -- What calls reserve and pay.
    create table hold (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      account_id bigint not null constraint hold_account references ledger_account,
      idempotency_key text not null,
      input_hash text not null,
      app_id text not null,
      function text not null,
      base_price bigint not null,
      platform_fee bigint not null,
      amount bigint not null,
      developer_id text,
      split int not null,
      status text not null default 'held',
      captured_base bigint,
      captured_fee bigint,
      captured_granted bigint,
      transaction_id text constraint hold_transaction references ledger_transaction,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      constraint hold_unique unique (tenant_id, user_id, idempotency_key),
      constraint hold_transaction_unique unique (transaction_id),
      constraint hold_amount check (base_price >= 0 and platform_fee >= 0 and amount > 0 and amount = base_price + platform_fee),
      constraint hold_split check (split between 0 and 100),
      constraint hold_status check (
        status in ('held', 'captured', 'released', 'expired')
        and (status = 'held') = (ended_at is null)
        and (status = 'captured') = (transaction_id is not null)
        and (status = 'captured') = (captured_base is not null)
        and (status = 'captured') = (captured_fee is not null)
        and (status = 'captured') = (captured_granted is not null)),
      constraint hold_captured check (captured_base between 0 and base_price and captured_fee >= 0 and captured_base + captured_fee > 0
        and captured_granted between 0 and captured_base + captured_fee)
    );
    create index hold_due on hold (expires_at) where status = 'held';
    -- Earnings by app and month are computed from captured holds.
    create index hold_earned on hold (developer_id, app_id, ended_at) include (captured_base, captured_granted, split)
     where status = 'captured' and developer_id is not null;
    -- Holds are only looked up by key, where a sample of 3,000 rows is as good as 30,000. A smaller target keeps ANALYZE of this busy table short.
    do $$ begin
      execute (select 'alter table hold ' || string_agg(format('alter %I set statistics 10', attname), ', ')
                 from pg_attribute where attrelid = 'hold'::regclass and attnum > 0);
    end $$;

    -- Which action a captured hold paid for.
    create table call_charge (
      hold_id text primary key constraint call_charge_hold references hold,
      action_id text not null,
      trace_id text not null,
      created_at timestamptz not null default now()
    );
    create index call_charge_action on call_charge (action_id);

    -- A reversed call is a row beside its hold.
    create table call_reversal (
      hold_id text primary key constraint call_reversal_hold references hold,
      transaction_id text not null constraint call_reversal_transaction references ledger_transaction,
      amount bigint not null,
      share bigint not null,
      reason text not null,
      reversed_by text not null,
      reversed_at timestamptz not null default now(),
      constraint call_reversal_transaction_unique unique (transaction_id),
      constraint call_reversal_amount check (amount > 0 and share between 0 and amount)
    );

    -- The part of a captured hold that the wallet could not pay, or spent credits whose payment was refunded or disputed. The wallet's next
    -- top-up pays it first.
    create table debt (
      id bigint generated always as identity primary key,
      account_id bigint not null constraint debt_account references ledger_account,
      hold_id text constraint debt_hold references hold,
      amount bigint not null,
      paid bigint not null default 0,
      created_at timestamptz not null default now(),
      payment_id text constraint debt_payment references payment,
      constraint debt_hold_unique unique (hold_id),
      constraint debt_reason check ((hold_id is null) <> (payment_id is null)),
      constraint debt_amount check (amount > 0 and paid between 0 and amount)
    );
    create index debt_open on debt (account_id, id) where paid < amount;

    create table usage_counter (
      tenant_id text not null,
      user_id text not null,
      month date not null,
      meter text not null,
      used bigint not null,
      primary key (tenant_id, user_id, month, meter)
    );
    -- For the removal of old months. BRIN: a plan made on an empty table would choose a btree on month for reads of one user's counters.
    create index usage_counter_month on usage_counter using brin (month);

    -- Usage that a service tracks with an event id counts once.
    create table usage_event (
      tenant_id text not null,
      user_id text not null,
      event_id text not null,
      meter text not null,
      quantity bigint not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id, event_id)
    );
    create index usage_event_age on usage_event (created_at);

    create table subscription (
      tenant_id text not null,
      user_id text not null,
      plan text not null default 'free' constraint subscription_plan references plan,
      status text not null default 'active' constraint subscription_status check (status in ('active', 'past_due', 'expired')),
      billing_mode text not null default 'free' constraint subscription_mode check (billing_mode in ('free', 'card', 'manual')),
      started_at timestamptz not null default now(),
      anchor timestamptz,
      period_start timestamptz,
      period_end timestamptz,
      cancel_at_period_end boolean not null default false,
      next_plan text constraint subscription_next_plan references plan,
      lapsed_plan text constraint subscription_lapsed_plan references plan,
      contract_amount_cents bigint,
      billing_note text,
      due_at timestamptz,
      primary key (tenant_id, user_id),
      constraint subscription_period check (
        period_start < period_end and (billing_mode = 'card') = (anchor is not null) and (anchor is null or period_end is not null)),
      constraint subscription_lapsed check ((status = 'expired') = (lapsed_plan is not null))
    );
    create index subscription_due on subscription (due_at) where due_at is not null;

    -- A charge of a saved card. It is committed before the card is charged; its id is the provider's idempotency key, so it happens once.
    create table plan_charge (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      kind text not null constraint plan_charge_kind check (kind in ('subscribe', 'upgrade', 'renewal')),
      plan text not null constraint plan_charge_plan references plan,
      cents bigint not null,
      tokens bigint not null,
      status text not null default 'open',
      payment_id text,
      transaction_id text constraint plan_charge_transaction references ledger_transaction,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      constraint plan_charge_subscription foreign key (tenant_id, user_id) references subscription,
      constraint plan_charge_amount check (cents >= 0 and tokens >= 0),
      constraint plan_charge_status check (
        status in ('open', 'paid', 'declined') and (status = 'open') = (ended_at is null)
        and (status = 'paid' and tokens > 0) = (transaction_id is not null)),
      constraint plan_charge_transaction_unique unique (transaction_id)
    );
    create unique index plan_charge_open on plan_charge (tenant_id, user_id) where status = 'open';
    create index plan_charge_owner on plan_charge (tenant_id, user_id, created_at);

    -- What invoices say about their receiver.
    create table billing_profile (
      tenant_id text not null,
      user_id text not null,
      name text not null,
      company text not null,
      vat text not null,
      country text not null,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, user_id)
    );

    -- Automatic top-ups: see sql/request_recharge.sql.
    create table auto_topup (
      tenant_id text not null,
      user_id text not null,
      enabled boolean not null,
      threshold_pct int not null constraint auto_topup_threshold check (threshold_pct between 1 and 50),
      recharge_tokens bigint not null,
      recharge_cents bigint not null,
      payment_method_id text not null default '',
      monthly_cap_cents bigint,
      off_reason text,
      primary key (tenant_id, user_id),
      constraint auto_topup_price check (recharge_tokens > 0 and recharge_cents > 0 and monthly_cap_cents > 0)
    );

    create table recharge (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      tokens bigint not null,
      price_cents bigint not null,
      payment_method_id text not null,
      status text not null default 'due',
      reason text,
      attempts int not null default 0,
      due_at timestamptz not null default now(),
      payment_id text,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      constraint recharge_status check (status in ('due', 'done', 'failed', 'dropped') and (status = 'due') = (ended_at is null))
    );
    create unique index recharge_open on recharge (tenant_id, user_id) where status = 'due';
    create index recharge_due on recharge (due_at) where status = 'due';

    create table payout (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      developer_id text not null,
      amount_tokens bigint not null,
      amount_usd text not null,
      status text not null default 'pending',
      method text not null,
      reference text,
      notes text,
      admin_note text,
      requested_at timestamptz not null default now(),
      processed_at timestamptz,
      processed_by text,
      constraint payout_amount check (amount_tokens > 0),
      constraint payout_status check (
        status in ('pending', 'approved', 'paid', 'rejected')
        and (status = 'pending') = (processed_at is null)
        and (status = 'paid') = (reference is not null))
    );
    create index payout_owner on payout (tenant_id, developer_id, id);
    create index payout_queue on payout (status, id);

    -- A payout's part of the earnings in one tenant.
    create table payout_part (
      payout_id bigint not null constraint payout_part_payout references payout,
      account_id bigint not null constraint payout_part_account references ledger_account,
      amount bigint not null,
      reserved_by text not null constraint payout_part_reserved references ledger_transaction,
      ended_by text constraint payout_part_ended references ledger_transaction,
      primary key (payout_id, account_id),
      constraint payout_part_reserved_unique unique (reserved_by),
      constraint payout_part_ended_unique unique (ended_by),
      constraint payout_part_amount check (amount > 0)
    );
    create index payout_part_account_id on payout_part (account_id);

    create table developer_tier (
      tenant_id text not null,
      developer_id text not null,
      tier text not null,
      price bigint not null,
      tier_until timestamptz,
      comped_by text,
      tier_sequence bigint not null default 1,
      transaction_id text constraint developer_tier_transaction references ledger_transaction,
      changed_at timestamptz not null default now(),
      primary key (tenant_id, developer_id),
      constraint developer_tier_price check (price >= 0)
    );`;
}
