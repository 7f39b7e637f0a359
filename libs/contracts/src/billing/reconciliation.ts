import { operation } from '../define.js';
import { Instant, Int, List, Nullable, OneOf, Text } from '../fields.js';

/** One page of a comparison: of the actions that cost something with their charges, or of the charges with their actions. */
export class Reconcile {
  @Instant() from!: Date;
  @Instant({ description: 'Later than this nothing is looked at: leave a call some minutes to be charged.' }) to!: Date;
  @OneOf(['actions', 'charges']) side!: string;
  @Text({ max: 64, description: 'Where the page before this one ended.' }) after: string = '';
  @Int({ min: 1, max: 500 }) limit: number = 500;
}

/** Something that does not match. */
export class Discrepancy {
  @OneOf(['charge_lost', 'charged_twice', 'charged_otherwise', 'action_lost', 'charge_unnamed']) kind!: string;
  @Nullable() @Text() trace_id!: string | null;
  @Nullable() @Text() action_id!: string | null;
  @Text() tenant_id!: string;
  @Text() user_id!: string;
  @Text() detail!: string;
}

export class ReconciliationPage {
  @List(() => Discrepancy, { max: 500 }) discrepancies!: Discrepancy[];
  @Int() checked!: number;
  @Nullable() @Text({ description: 'Where the next page begins; null when there is none.' }) next!: string | null;
}

export const reconciliationMembers = {
  /** Internal: for the operator's command line. */
  reconcile: operation('Compare a page of actions and charges', { input: Reconcile, output: ReconciliationPage, spansCalls: true }),
};
