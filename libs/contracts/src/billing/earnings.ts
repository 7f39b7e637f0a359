import { AppRef, Empty, IDS } from '../common.js';
import { list, operation } from '../define.js';
import { Instant, Int, List, Shape, Text } from '../fields.js';
import { HoldNotFound, HoldRef } from './hold.js';

@Shape('Earnings of a developer from calls by users of all tenants, in credits. Reversed calls are subtracted.')
export class Earnings {
  @Int({ description: 'The developer’s shares of all base prices.', example: 28000 }) total_earnings!: number;
  @Int({ description: 'Same as `total_earnings`.', example: 28000 }) total_earned!: number;
  @Int({ description: 'The platform’s shares of the same base prices.', example: 12000 }) total_platform_share!: number;
  @Int({ description: 'Part of `total_earnings` that users paid with bought credits. Only this part can be paid out.', example: 20000 })
  payable_earnings!: number;
  @Int({ description: 'Part of `total_earnings` that users paid with credits that were given to them. Never paid out.', example: 8000 })
  promotional_earnings!: number;
  @Int({ description: 'Payable earnings that are neither paid out nor approved for a payout.', example: 10000 }) pending_payout!: number;
  @Int({ description: 'Credits paid out so far.', example: 10000 }) paid_out!: number;
  @Int({ description: 'Credits in payouts that are requested or approved, but not yet paid.', example: 0 }) reserved!: number;
  @Int({
    description: 'Credits available for a payout. Below 0 when calls were reversed after their earnings were paid out.',
    example: 10000,
  })
  available!: number;
}

@Shape('Earnings of one app in one calendar month (UTC).')
export class EarningsPeriod {
  @Text({ description: 'The month.', example: '2026-11' }) period!: string;
  @Int({ description: 'The developer’s share in credits.', example: 2800 }) earnings!: number;
  @Int({ description: 'The platform’s share in credits.', example: 1200 }) platform_share!: number;
  @Int({ description: 'Number of paid calls.', example: 100 }) action_count!: number;
}

@Shape('Earnings of one app.')
export class AppEarnings {
  @Text(IDS.app) app_id!: string;
  @Int({ description: 'The developer’s share in credits.', example: 28000 }) total_earnings!: number;
  @Int({ description: 'Number of paid calls.', example: 1000 }) action_count!: number;
  @List(() => EarningsPeriod, { description: 'Earnings by month, oldest first. Months without earnings are missing.' })
  by_period!: EarningsPeriod[];
}

@Shape('A base price.')
export class BasePrice {
  @Int({ min: 0, max: 1_000_000, description: 'The price in credits.', example: 50 }) price!: number;
}

@Shape('Prices to divide.')
export class SplitPrices {
  @List(() => BasePrice, { max: 256, description: 'Base prices.' }) prices!: BasePrice[];
  @Int({ min: 0, max: 100, description: 'Share of the developer, in percent.', example: 70 }) split!: number;
}

@Shape('A base price, and who gets what of it.')
export class PriceShare extends BasePrice {
  @Int({ description: 'The developer’s share in credits.', example: 35 }) developer_share!: number;
  @Int({ description: 'The platform’s share in credits.', example: 15 }) platform_share!: number;
}

@Shape('A paid call to reverse.')
export class ReverseCall extends HoldRef {
  @Text({ min: 1, max: 500, description: 'Why, for the books.' }) reason!: string;
}

@Shape('A reversed call.')
export class CallReversed {
  @Text({ description: 'Id of the hold.', example: 'hold_5b2e' }) hold_id!: string;
  @Text({ description: 'Id of the transaction.' }) transaction_id!: string;
  @Int({ description: 'Credits that the user got back.' }) amount!: number;
  @Int({ description: 'Part of `amount` that the developer’s earnings lost.' }) share!: number;
  @Instant({ description: 'When the call was reversed.' }) reversed_at!: Date;
}

export const earningsMembers = {
  /** Internal: the earnings of the acting user. */
  getDeveloperEarnings: operation('Read the earnings of a developer', { input: Empty, output: Earnings }),
  getAppEarnings: operation('Read the earnings of an app', { input: AppRef, output: AppEarnings }),
  /** Internal: as a paid call divides them, in the requested order. */
  splitPrices: operation('Divide prices', { input: SplitPrices, output: list(PriceShare) }),
  /** Internal, for services only: refunds a captured hold, once, and subtracts the developer's share. */
  reverseCall: operation('Reverse a paid call', { input: ReverseCall, output: CallReversed, problems: [HoldNotFound] }),
};
