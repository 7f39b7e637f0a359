import { Migration } from '@skep/platform';

/** Settings of language models, what was used by day, and what is left of budgets. */
export class Baseline1796000000100 extends Migration {
  readonly sql = `
    create table model_settings (
      tenant_id text not null,
      user_id text not null,
      document bytea not null,
      updated_by text,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, user_id)
    );
    create table model_usage (
      tenant_id text not null,
      user_id text not null,
      day date not null,
      provider text not null,
      model text not null,
      calls bigint not null,
      prompt_tokens bigint not null,
      completion_tokens bigint not null,
      fee bigint not null,
      primary key (tenant_id, user_id, day, provider, model)
    );
    create index model_usage_day on model_usage (day);

    create table model_budget (
      tenant_id text not null,
      user_id text not null,
      month date not null,
      used bigint not null default 0,
      primary key (tenant_id, user_id, month)
    );
    create index model_budget_month on model_budget (month);

    create table model_hold (
      id uuid primary key,
      tenant_id text not null,
      user_id text not null,
      month date not null,
      tokens bigint not null,
      expires_at timestamptz not null
    );
    create index model_hold_month on model_hold (tenant_id, month);
    create index model_hold_expired on model_hold (expires_at);`;
}
