import { Empty } from '../common.js';
import { list, operation } from '../define.js';
import { Json, Num, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

/** Existing clients reject a plan with any other field. */
@Shape('A plan that users can subscribe to.')
export class Plan {
  @Text({ description: 'Id of the plan.', example: 'pro' }) id!: string;
  @Text({ description: 'Name to show.', example: 'Pro' }) name!: string;
  @Num({ description: 'US dollars per interval.', example: 19 }) price!: number;
  @Text({ description: 'The interval of the price: `month`.', example: 'month' }) interval!: string;
  @Json({
    description: 'What the plan includes. Without `topups`, set to `false`, credits cannot be bought; other names are for display.',
    example: { support: 'email' },
  })
  features!: Record<string, unknown>;
  @Json({
    description: 'Limits by meter: per month, for `storage_bytes` at any time. −1 means no limit.',
    example: { actions: 10000, storage_bytes: 1073741824 },
  })
  limits!: Record<string, number>;
}

export const PlanFeatureMissing = problem('plan_feature_missing', 403, 'Your plan does not include this.');

export const planMembers = {
  listPlans: operation('List the plans', {
    description: 'Returns every plan of this installation with its price and limits. Public.',
    input: Empty,
    output: list(Plan),
    scope: 'billing:read',
  }),
};
