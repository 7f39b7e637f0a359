import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Subscriptions, their charges, and the credits that plans include. */
export class Subscriptions1763769600120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table plan add for_sale boolean not null default true;
      update plan set for_sale = false where id = 'enterprise';

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

      -- Updates the wallet's copy of the plan, which makes reading a balance one query.
      create function set_plan(p_tenant text, p_user text, p_plan text, p_status text) returns void language sql as $$
        update wallet w set plan = p.id, status = p_status, included_tokens = p.included_tokens
          from plan p where w.tenant_id = p_tenant and w.user_id = p_user and p.id = p_plan and (w.plan, w.status) <> (p_plan, p_status);
      $$;

      -- Grants the credits that a plan includes for a period, once per key, and repays the wallet's debts. p_bought of them count as
      -- bought (what the price would have bought), the rest as granted. Returns the transaction's id, null for zero credits.
      create function grant_included(p_tenant text, p_user text, p_key text, p_plan text, p_tokens bigint, p_bought bigint) returns text
      language plpgsql as $$
      declare
        v_transaction text;
      begin
        perform open_wallet(p_tenant, p_user);
        if p_tokens > 0 then
          v_transaction := post_transaction(
            p_tenant, 'grant', p_key, format('Included in the %s plan', (select name from plan where id = p_plan)), null,
            array[account_of(p_tenant, 'wallet', p_user), account_of(p_tenant, 'promotions')], array[p_tokens, -p_tokens],
            array[p_tokens - p_bought, p_bought - p_tokens]);
          perform repay_debts(p_tenant, p_user, p_key);
        end if;
        return v_transaction;
      end $$;

      create function ledger_check_subscriptions() returns table (violation text, subject text, detail text) language sql stable as $$
        select 'plan_differs', w.tenant_id || '/' || w.user_id,
               format('wallet: %s %s, subscription: %s %s', w.status, w.plan, coalesce(s.status, 'active'), coalesce(s.plan, 'free'))
          from wallet w left join subscription s using (tenant_id, user_id)
         where (w.plan, w.status) is distinct from (coalesce(s.plan, 'free'), coalesce(s.status, 'active'))
        union all
        select 'plan_charge_granted_wrongly', c.id, format('%s credits paid for, %s granted', c.tokens, coalesce(e.amount, 0))
          from plan_charge c
          left join ledger_transaction t on t.id = c.transaction_id and t.kind = 'grant' and t.idempotency_key = 'included:' || c.id
          left join wallet w on (w.tenant_id, w.user_id) = (c.tenant_id, c.user_id)
          left join ledger_entry e on e.transaction_id = t.id and e.account_id = w.account_id
         where c.status = 'paid' and c.tokens > 0 and e.amount is distinct from c.tokens
        union all
        select 'grant_without_plan_charge', t.id, t.idempotency_key
          from ledger_transaction t left join plan_charge c on c.transaction_id = t.id
         where t.kind = 'grant' and t.idempotency_key like 'included:pch\\_%' and c.id is null;
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function ledger_check_subscriptions(); drop function grant_included(text, text, text, text, bigint, bigint);
      drop function set_plan(text, text, text, text);
      drop table plan_charge; drop table subscription;
      alter table plan drop for_sale;
    `);
  }
}
