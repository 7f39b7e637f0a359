import { Migration } from '@skep/platform';

/** The catalogue of races, and the races of people. */
export class Races1798300000040 extends Migration {
  readonly sql = `
    create table race (
      id text primary key,
      tenant_id text not null,
      external_id text,
      name text not null,
      sport text not null,
      country text,
      place text,
      lat double precision,
      lon double precision,
      starts_on date not null,
      ends_on date,
      language text not null,
      description text not null,
      website text,
      distances jsonb not null,
      source_hash text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create unique index race_external on race (tenant_id, external_id);
    create index race_day on race (tenant_id, starts_on, id);
    create index race_sport on race (tenant_id, sport, starts_on, id);
    create index race_country on race (tenant_id, country, starts_on, id);
    create index race_place on race (tenant_id, lat, lon);

    create table race_search (
      race_id text primary key constraint race_search_race references race on delete cascade,
      terms integer[] not null
    );
    create index race_search_terms on race_search using gin (terms) with (fastupdate = off);

    create table race_translation (
      race_id text constraint race_translation_race references race on delete cascade,
      language text,
      tenant_id text not null,
      source_hash text not null,
      state text not null,
      name text,
      description text,
      updated_at timestamptz not null default now(),
      primary key (race_id, language)
    );

    create table user_event (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      race_id text not null constraint user_event_race references race,
      distance_id text,
      goal jsonb,
      priority text,
      status text not null default 'planned',
      result jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      constraint user_event_deleted check (deleted_at is null or status in ('done', 'dropped'))
    );
    create unique index user_event_active on user_event (tenant_id, user_id) where status = 'active';
    create unique index user_event_open on user_event (tenant_id, user_id, race_id) where status in ('planned', 'active');
    create index user_event_kept on user_event (tenant_id, user_id, created_at desc, id desc) where deleted_at is null;
    create index user_event_status on user_event (tenant_id, user_id, status, created_at desc, id desc) where deleted_at is null;
    create index user_event_over on user_event (tenant_id, user_id, updated_at desc, id desc) where status in ('done', 'dropped');
    create index user_event_of_race on user_event (race_id);`;
}
