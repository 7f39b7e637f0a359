import { Migration } from '@skep/platform';

export class Baseline1798300000000 extends Migration {
  readonly sql = `
    create table person (
      tenant_id text,
      user_id text,
      profile_id text not null,
      email text not null,
      display_name text not null,
      locale text not null,
      timezone text not null,
      units text not null default 'metric' constraint person_units check (units in ('metric', 'imperial')),
      marketing_opt_in boolean not null default false,
      referral text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      version integer not null default 1,
      primary key (tenant_id, user_id)
    );
    create unique index person_profile on person (profile_id);

    create table profile (
      tenant_id text,
      user_id text,
      profile_id text not null,
      birth_date date,
      sex text,
      height_cm double precision,
      weight_kg double precision,
      sports text[] not null default '{}',
      experience text,
      weekly_hours double precision,
      injuries text,
      goals text,
      updated_at timestamptz not null default now(),
      version integer not null default 1,
      primary key (tenant_id, user_id),
      constraint profile_person foreign key (tenant_id, user_id) references person on delete cascade
    );
    create unique index profile_id on profile (profile_id);
  `;
}
