import { Migration } from '@skep/platform';

export class HealthAndQuestions1798300000050 extends Migration {
  readonly sql = `
    create table health_source (
      tenant_id text,
      user_id text,
      provider text,
      connection_id text not null,
      state text not null default 'filling' constraint health_source_state check (state in ('filling', 'filled', 'failed')),
      run_id text,
      error text,
      connected_at timestamptz not null default now(),
      filled_at timestamptz,
      disconnected_at timestamptz,
      primary key (tenant_id, user_id, provider)
    );

    create table activity (
      tenant_id text,
      user_id text,
      id text,
      provider text not null,
      vendor_id text not null,
      sport text not null,
      vendor_sport text not null,
      name text not null,
      started_at timestamptz not null,
      day date not null,
      duration_s integer not null,
      elapsed_s integer,
      distance_m double precision,
      ascent_m double precision,
      average_speed_m_s double precision,
      average_heart_rate_bpm double precision,
      max_heart_rate_bpm double precision,
      average_power_w double precision,
      average_cadence_rpm double precision,
      energy_kcal double precision,
      -- The same activity, as another provider has it.
      duplicate_of text,
      -- How and when the vendor said so.
      origin text not null,
      seen_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id, id)
    );
    create unique index activity_vendor on activity (tenant_id, user_id, provider, vendor_id);
    create index activity_vendor_id on activity (tenant_id, user_id, vendor_id);
    create index activity_started on activity (tenant_id, user_id, started_at, id);

    create table sleep (
      tenant_id text,
      user_id text,
      provider text,
      vendor_id text,
      day date not null,
      started_at timestamptz not null,
      ended_at timestamptz not null,
      is_nap boolean not null,
      asleep_s integer,
      deep_s integer,
      rem_s integer,
      light_s integer,
      awake_s integer,
      efficiency_percent double precision,
      origin text not null,
      seen_at timestamptz not null,
      primary key (tenant_id, user_id, provider, vendor_id)
    );
    create index sleep_day on sleep (tenant_id, user_id, day);

    create table daily_figure (
      tenant_id text,
      user_id text,
      provider text,
      day date,
      resting_heart_rate_bpm double precision,
      hrv_rmssd_ms double precision,
      recovery_percent double precision,
      steps integer,
      energy_kcal double precision,
      weight_kg double precision,
      origin text not null,
      seen_at timestamptz not null,
      primary key (tenant_id, user_id, provider, day)
    );
    create index daily_figure_day on daily_figure (tenant_id, user_id, day);

    create table insight_wording (
      tenant_id text,
      user_id text,
      provider text,
      lang text,
      -- Of what is worded.
      hash text not null,
      texts jsonb not null,
      written_at timestamptz not null default now(),
      primary key (tenant_id, user_id, provider, lang)
    );

    create table question (
      tenant_id text,
      user_id text,
      id text,
      conversation_id text not null,
      kind text not null constraint question_kind check (kind in ('text', 'chart')),
      question text not null,
      answer text,
      spec jsonb,
      sources jsonb not null default '[]',
      run_id text,
      asked_at timestamptz not null default now(),
      answered_at timestamptz,
      primary key (tenant_id, user_id, id)
    );
    create index question_conversation on question (tenant_id, user_id, conversation_id, asked_at, id);

    -- What opens a person's rows to queries that we did not write: see sql/my_activities.sql. No one sees the key.
    create table mirror (
      tenant_id text,
      user_id text,
      key uuid not null,
      primary key (tenant_id, user_id)
    );
    create unique index mirror_key on mirror (key);
  `;
}
