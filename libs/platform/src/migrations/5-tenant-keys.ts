import { Migration } from '../migration.js';

/** The keys of sealed secrets: see src/sealing/sealing.ts. */
export class TenantKeys1795910400050 extends Migration {
  readonly sql = `
    create table tenant_key (
      id uuid primary key,
      -- '' for the installation.
      tenant_id text not null,
      -- 'seal': encrypts secrets. 'derive': computes what cannot be computed again from the database, such as hashes of recovery codes.
      purpose text not null constraint tenant_key_purpose check (purpose in ('seal', 'derive')),
      -- 32 bytes, encrypted with the key of SKEP_ENCRYPTION_KEY that sealed_by names.
      sealed bytea not null,
      sealed_by text not null,
      created_at timestamptz not null default now(),
      constraint tenant_key_once unique (tenant_id, purpose)
    );
    create index tenant_key_sealed_by on tenant_key (sealed_by);`;
}
