import { Migration } from '@skep/platform';

/** The intake of people, and races that are recommended to them. */
export class Onboarding1798300000065 extends Migration {
  readonly sql = `
    create table intake (
      tenant_id text,
      user_id text,
      answers jsonb not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, user_id)
    );

    create table intake_turn (
      id text primary key constraint intake_turn_message references source_message on delete cascade,
      tenant_id text not null,
      user_id text not null,
      created_at timestamptz not null default clock_timestamp(),
      answered_at timestamptz,
      reply text,
      step text,
      profile_patch jsonb,
      failures integer not null default 0
    );
    create index intake_turn_user on intake_turn (tenant_id, user_id, created_at desc, id desc);

    create table recommendation (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      wishes jsonb not null,
      run_id text not null,
      state text not null default 'pending',
      items jsonb not null default '[]',
      ranked_by text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index recommendation_user on recommendation (tenant_id, user_id, created_at desc, id desc);`;
}
