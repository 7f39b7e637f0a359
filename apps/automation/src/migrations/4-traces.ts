import { Migration } from '@skep/platform';

/** Finds an execution by its id alone. */
export class AutomationTraces1799000000004 extends Migration {
  readonly sql = `create index execution_id on execution (id);`;
}
