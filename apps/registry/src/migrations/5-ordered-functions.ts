import { Migration } from '@skep/platform';

/** The functions of a release with the keys of their schemas in the order of their author, which `jsonb` does not keep and models read. */
export class OrderedFunctions1797000000212 extends Migration {
  readonly sql = `alter table release add column ordered_functions json;`;
}
