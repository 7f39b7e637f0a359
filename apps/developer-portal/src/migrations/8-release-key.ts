import { Migration } from '@skep/platform';

/** The key with which the installation signs release files. */
export class ReleaseKey1796700000008 extends Migration {
  readonly sql = `
    create table release_key (
      id text primary key,
      public_key text not null,
      private_key bytea not null
    );`;
}
