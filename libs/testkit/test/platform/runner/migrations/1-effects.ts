import { Migration } from '@skep/platform';

export class Effects1 extends Migration {
  readonly sql = `
    create table effect (id bigint generated always as identity primary key, run_id text not null, name text not null, lane text);`;
}
