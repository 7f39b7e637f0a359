import { Migration } from '@skep/platform';

/** The hosts that an app calls. */
export class Hosts1796600000006 extends Migration {
  readonly sql = `
    alter table app add column hosts text[];`;
}
