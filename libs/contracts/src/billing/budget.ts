import { UserNotFound } from '../auth/account.js';
import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { type FieldDocs, Instant, Int, Nullable, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

const docs = {
  monthly_credits: {
    description: 'Credits that the user may spend on calls in a calendar month (UTC). Null for no limit but their wallet.',
    example: 5000,
  },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies the budget of a user.')
export class BudgetRef {
  @Text({ min: 1, max: 64, ...IDS.user, description: 'A user of your tenant.' }) user_id!: string;
}

@Shape('A budget for a user.')
export class SetBudget extends BudgetRef {
  @Nullable() @Int({ min: 0, max: 1_000_000_000_000, ...docs.monthly_credits }) monthly_credits: number | null = null;
}

@Shape('What a user may spend on calls in this calendar month (UTC).')
export class Budget extends BudgetRef {
  @Nullable() @Int(docs.monthly_credits) monthly_credits!: number | null;
  @Int({ description: 'Credits spent in this month, refunds deducted.', example: 1200 }) spent!: number;
  @Int({ description: 'Credits that running calls reserve.', example: 0 }) held!: number;
  @Instant({ description: 'When the month ends.', example: '2026-07-01T00:00:00Z' }) resets_at!: Date;
}

@Shape('The budget of a user was changed.')
export class BudgetChanged {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Nullable() @Int(docs.monthly_credits) from!: number | null;
  @Nullable() @Int(docs.monthly_credits) to!: number | null;
}

export const BudgetExceeded = problem('budget_exceeded', 429, 'This is more than your budget for this month allows.');

export const budgetMembers = {
  getBudget: operation('Read the budget of a user', {
    description: 'Of a user of your tenant.',
    input: BudgetRef,
    output: Budget,
    problems: [UserNotFound],
    scope: 'admin:billing:read',
    spansCalls: true,
  }),
  setBudget: operation('Set the budget of a user', {
    description: 'Of a user of your tenant, from now on. A call that may cost more than what is left is refused before it runs.',
    input: SetBudget,
    output: Budget,
    problems: [UserNotFound],
    scope: 'admin:billing:write',
    spansCalls: true,
  }),

  budgetChanged: event(BudgetChanged),
};
