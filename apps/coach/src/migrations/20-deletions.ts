import { Migration } from '@skep/platform';

/** Deletions of accounts, and the proof of them. */
export class Deletions1798300000020 extends Migration {
  readonly sql = `
    create table deletion (
      id text primary key,
      tenant_id text not null,
      person_id text,
      hash bytea not null,
      subjects text[] not null default '{}',
      apple_code bytea,
      steps jsonb not null default '{}',
      requested_at timestamptz not null default now(),
      ended_at timestamptz
    );
    create unique index deletion_person on deletion (tenant_id, person_id);
  `;
}
