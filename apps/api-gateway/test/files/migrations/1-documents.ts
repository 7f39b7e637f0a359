import { Migration } from '@skep/platform';

export class Documents1764316800000 extends Migration {
  readonly sql = `
    create table document (
      id integer primary key generated always as identity,
      title text not null,
      object_id text not null,
      name text not null,
      size bigint not null,
      sha256 text not null,
      media_type text not null
    );`;
}
