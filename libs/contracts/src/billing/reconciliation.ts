import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, List, Nullable, OneOf, Shape, Text } from '../fields.js';

@Shape('Which page to compare: actions with their charges, or charges with their actions.')
export class Reconcile {
  @Instant({ description: 'Earliest time, included.' }) from!: Date;
  @Instant({ description: 'Latest time, excluded. Leave out the last few minutes: calls are charged with a delay.' }) to!: Date;
  @OneOf(['actions', 'charges'], { description: 'What to look up the counterparts of.' }) side!: string;
  @Text({ max: 64, description: '`next` of the previous page; empty for the first page.' }) after: string = '';
  @Int({ min: 1, max: 500, description: 'Maximum number of rows to compare.' }) limit: number = 500;
}

@Shape('An action and a charge that do not match.')
export class Discrepancy {
  @OneOf(['charge_lost', 'charged_twice', 'charged_otherwise', 'action_lost', 'charge_unnamed'], {
    description:
      'An action without a charge, with several, or with another amount; a charge whose action is missing, or that names no action.',
  })
  kind!: string;
  @Nullable() @Text({ ...IDS.trace, description: `${IDS.trace.description} Null when unknown.` }) trace_id!: string | null;
  @Nullable() @Text({ description: 'Id of the action; null when the charge names none.' }) action_id!: string | null;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text({ description: 'What does not match, with amounts.' }) detail!: string;
}

@Shape('The result of comparing one page.')
export class ReconciliationPage {
  @List(() => Discrepancy, { max: 500, description: 'What does not match.' }) discrepancies!: Discrepancy[];
  @Int({ description: 'Number of compared rows.' }) checked!: number;
  @Nullable() @Text({ description: '`after` of the next page; null when this is the last page.' }) next!: string | null;
}

export const reconciliationMembers = {
  /** Internal: for the operator's command line. */
  reconcile: operation('Compare a page of actions and charges', { input: Reconcile, output: ReconciliationPage, spansCalls: true }),
};
