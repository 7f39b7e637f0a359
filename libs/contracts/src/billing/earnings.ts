import { AppRef, Empty } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, List, Text } from '../fields.js';
import { HoldNotFound, HoldRef } from './hold.js';

/** What a developer has earned by calls of people of every tenant, in credits. What was given back to a caller is taken off. */
export class Earnings {
  @Int({ description: 'The developer’s shares of all base prices.' }) total_earnings!: number;
  @Int({ description: 'The same as `total_earnings`.' }) total_earned!: number;
  @Int({ description: 'What of the same base prices went to the platform.' }) total_platform_share!: number;
  @Int({ description: 'What of `total_earnings` callers paid with credits that they had bought. Only this can be paid out.' })
  payable_earnings!: number;
  @Int({ description: 'What of `total_earnings` callers paid with credits that they had been given. It is never paid out.' })
  promotional_earnings!: number;
  @Int({ description: 'Payable, and neither paid out nor approved to be.' }) pending_payout!: number;
  @Int() paid_out!: number;
  @Int({ description: 'In payouts that are requested or approved, and not yet paid.' }) reserved!: number;
  @Int({ description: 'What a payout may ask for. Below 0 where what was paid out has been given back to callers since.' })
  available!: number;
}

export class EarningsPeriod {
  @Text({ example: '2026-11', description: 'A calendar month, UTC.' }) period!: string;
  @Int() earnings!: number;
  @Int() platform_share!: number;
  @Int({ description: 'Calls that were paid for.' }) action_count!: number;
}

export class AppEarnings {
  @Text() app_id!: string;
  @Int() total_earnings!: number;
  @Int() action_count!: number;
  @List(() => EarningsPeriod, { description: 'Oldest first; months without any are left out.' }) by_period!: EarningsPeriod[];
}

export class ReverseCall extends HoldRef {
  @Text({ min: 1, max: 500 }) reason!: string;
}

export class CallReversed {
  @Text() hold_id!: string;
  @Text() transaction_id!: string;
  @Int({ description: 'What the caller has back.' }) amount!: number;
  @Int({ description: 'What of it the developer gave.' }) share!: number;
  @Instant() reversed_at!: Date;
}

export const earningsMembers = {
  /** Internal: of the person in the context, whoever pays. */
  getDeveloperEarnings: operation('Sum up what a developer has earned', { input: Empty, output: Earnings }),
  getAppEarnings: operation('Sum up what an app has earned its developer', { input: AppRef, output: AppEarnings }),
  /** Internal, for services alone: gives a captured hold back, once, and takes the developer's share back with it. */
  reverseCall: operation('Take a paid call back', { input: ReverseCall, output: CallReversed, problems: [HoldNotFound] }),
};
