import { Migration } from '@skep/platform';

/** The websites that developers prove as theirs. */
export class Publishers1796600000005 extends Migration {
  readonly sql = `
    create table publisher_proof (
      tenant_id text not null,
      developer_id text not null,
      website text not null,
      token text not null,
      verified_at timestamptz,
      checked_at timestamptz,
      failure text,
      primary key (tenant_id, developer_id)
    );`;
}
