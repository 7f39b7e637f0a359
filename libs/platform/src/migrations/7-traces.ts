import { Migration } from '../migration.js';

/** Finds the runs of a trace: see src/traces. */
export class Traces1799000000007 extends Migration {
  readonly sql = `create index run_trace on run (substr(ctx ->> 'trace', 4, 32));`;
}
