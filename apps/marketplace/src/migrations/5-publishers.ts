import { Migration } from '@skep/platform';

/** Developers who have proven a website. */
export class Publishers1796600000005 extends Migration {
  readonly sql = `
    create table publisher (
      developer_id text primary key,
      website text,
      changed_at timestamptz not null
    );`;
}
