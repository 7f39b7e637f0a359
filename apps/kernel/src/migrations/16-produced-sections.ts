import { Migration } from '@skep/platform';

/** Until when what the producer of an app made is up to date. */
export class ProducedSections1798300000016 extends Migration {
  readonly sql = `alter table skeleton_section add column fresh_until timestamptz;`;
}
