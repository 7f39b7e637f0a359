import { Migration } from '@skep/platform';

/** The appearance of agencies. */
export class AgencyTheme1796200000005 extends Migration {
  readonly sql = `alter table agency add column theme jsonb;`;
}
