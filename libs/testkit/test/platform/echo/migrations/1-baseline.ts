import { Migration } from '@skep/platform';

export class Baseline1763769600900 extends Migration {
  readonly sql = `
    create table note (id bigint generated always as identity primary key, text text not null, author text, created_at timestamptz not null default now());
    create table consumed (note_id bigint not null);`;
}
