import { e2eTest as test, type Mutant } from '@skep/testkit';

const RESERVE = 'sql/reserve_payout.sql';
const DECIDE = 'sql/change_payout_status.sql';
const REVERSE = 'sql/refund_call.sql';
const ADMIT = 'sql/admit_calls.sql';

const NEVER_OVERDRAWN = test('payouts', 'fifty times at once never overdraws: as many succeed as the earnings cover');
const MADE_ONCE = test('payouts-decided', 'is made once: repeating it changes nothing, another one is refused');

const KINDS_APART = test('earnings', 'cannot be paid out what callers paid with granted credits, and sees it separately');

const FORGOTTEN = test(
  'payment-methods',
  'is deleted at Stripe with all cards once erased, even if Skep was down then and Stripe afterwards',
);

/** Bugs in payouts, reversals, automatic top-ups, usage limits and erasure. */
export const beyondHolds: Mutant[] = [
  {
    name: 'a payout exceeds the earnings',
    file: RESERVE,
    find: 'if available < p_amount then',
    plant: 'if false then',
    test: NEVER_OVERDRAWN,
  },
  {
    name: 'refunds exceed the charge',
    file: REVERSE,
    find: "when p_amount > refundable then 'too_much'",
    plant: '',
    test: test('refunds', 'are never more than the charge, however many are made at once'),
  },
  {
    name: 'an administrator refunds themselves',
    file: 'src/earnings/refund-charge.js',
    find: 'ctx.user === charge.user_id',
    plant: 'false',
    test: test('refunds', 'are not made by their receiver'),
  },
  {
    name: 'an invoice that failed leaves a gap',
    file: 'sql/issue_invoice.sql',
    find: 'returning last into v_number;',
    plant: "returning last + (select count(*) from payment where status = 'created') into v_number;",
    test: test('invoices', 'has a number without gaps, also when payments are made at once and fail'),
  },
  {
    name: 'an invoice can be changed',
    file: 'sql/issue_invoice.sql',
    find: "to_jsonb(new) - 'buyer' = to_jsonb(old) - 'buyer'",
    plant: "to_jsonb(new) - 'buyer' - 'total_cents' = to_jsonb(old) - 'buyer' - 'total_cents' or true",
    test: test('invoices', 'never changes'),
  },
  {
    name: 'an invoice is shown to another user',
    file: 'src/invoice/invoice.repository.js',
    find: 'repository(InvoiceEntity).findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'repository(InvoiceEntity).findOneBy({ id })',
    test: test('invoices', 'of another user, or of another tenant, is not found'),
  },
  {
    name: 'each report of a refund makes a credit note of all of it',
    file: 'sql/issue_credit_note.sql',
    find: '- coalesce((select sum(total_cents) from credit_note where payment_id = p.id), 0)',
    plant: '',
    test: test('invoices', 'is made of each refund, for what earlier ones do not cover, to the parties of the invoice'),
  },
  {
    name: 'a credit note that failed leaves a gap',
    file: 'sql/issue_credit_note.sql',
    find: 'returning last into v_number;',
    plant: "returning last + (select count(*) from payment where status = 'credited' and refunded_cents = 0) into v_number;",
    test: test('invoices', 'has a number without gaps, also when refunds are made at once and fail'),
  },
  {
    name: 'a credit note is shown to another user',
    file: 'src/invoice/invoice.repository.js',
    find: 'this.db.repository(CreditNoteEntity).findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'this.db.repository(CreditNoteEntity).findOneBy({ id })',
    test: test('invoices', 'is a PDF, the same in each download, for its buyer alone'),
  },
  {
    name: 'a plan without top-ups sells credits',
    file: 'src/plan/plan-features.js',
    find: 'features[feature] !== false',
    plant: 'features !== null',
    test: test('pricing', 'a plan without top-ups sells no credits, by hand or automatically, until it has them again'),
  },
  {
    name: 'a budget is exceeded by concurrent calls',
    file: 'sql/place_holds.sql',
    find: 'v_budget_left := v_budget_left - v_hold.amount;',
    plant: '',
    test: test('budgets', 'of many calls at once, those that fit are admitted'),
  },
  {
    name: 'a budget does not count what calls cost',
    file: 'sql/end_holds.sql',
    find: 'then w.spent + t.total when',
    plant: 'then w.spent when',
    test: test('budgets', 'of many calls at once, those that fit are admitted'),
  },
  {
    name: 'an administrator decides on their own payout',
    file: 'src/payout/decide-payout.js',
    find: 'ctx.user === requested.developer_id',
    plant: 'false',
    test: test('payouts-decided', 'is not made by the developer who is paid, even if they are an administrator'),
  },
  {
    name: 'promotional earnings are paid out',
    file: 'sql/add_earnings.sql',
    find: 'select developer_id, tenant_id, sum(payable_share(captured_base, captured_granted, split))',
    plant: 'select developer_id, tenant_id, sum(developer_share(captured_base, split))',
    test: test('payouts-model', 'matches an oracle for earnings, reversals, refunds and payouts, over tenants'),
  },
  {
    name: 'bought credits are spent before granted ones',
    file: 'sql/end_holds.sql',
    find: 'v_from_granted := least(v_granted, v_base + v_fee - v_debt);',
    plant: 'v_from_granted := greatest(v_base + v_fee - v_debt - (v_balance - v_granted), 0);',
    test: KINDS_APART,
  },
  {
    name: 'granted credits come back as bought ones',
    file: REVERSE,
    find: 'v.app_id, v_accounts, v_amounts, v_grants)',
    plant: 'v.app_id, v_accounts, v_amounts)',
    test: KINDS_APART,
  },
  {
    name: 'granted credits pay debts',
    file: 'sql/repay_debts.sql',
    find: 'balance - greatest(held, granted) into v_account',
    plant: 'balance - held into v_account',
    test: test('earnings', 'repays no debt with granted credits, which a later reversal would return as bought ones'),
  },
  {
    name: 'all credits of a plan count as bought',
    file: 'src/subscription/subscription.repository.js',
    find: 'Math.min(tokens, (await this.prices.current()).tokensFor(cents))',
    plant: 'tokens',
    test: test('subscriptions', 'gets as many of those credits as bought ones as the price would buy, the rest as granted ones'),
  },
  {
    name: 'earnings are not locked for a payout',
    file: RESERVE,
    find: `perform from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id for no key update;`,
    plant: '',
    test: NEVER_OVERDRAWN,
  },
  {
    name: 'a payout takes everything from the first tenant',
    file: RESERVE,
    find: 'v_part := least(v.amount, v_left);',
    plant: 'v_part := v_left;',
    test: test('payouts', 'takes from each tenant whose users paid, and returns it there'),
  },
  {
    name: 'a paid payout can be rejected',
    file: DECIDE,
    find: `('approved', 'rejected', 'earnings')) as t`,
    plant: `('approved', 'rejected', 'earnings'), ('paid', 'rejected', 'earnings')) as t`,
    test: MADE_ONCE,
  },
  {
    name: 'a payout can be paid twice, with two references',
    file: DECIDE,
    find: `case when p_reference is not distinct from v.reference then 'unchanged' else 'not_allowed' end`,
    plant: `'unchanged'`,
    test: MADE_ONCE,
  },
  {
    name: 'a rejected payout stays reserved',
    file: DECIDE,
    find: 'where p.payout_id = v.id and v_transition.into_kind is not null order by p.account_id',
    plant: `where p.payout_id = v.id and v_transition.into_kind = 'clearing' order by p.account_id`,
    test: test('payouts-decided', 'rejects with a note, before and after the approval, and releases the earnings'),
  },
  {
    name: 'a call is reversed twice',
    file: REVERSE,
    find: 'refundable := v_total - v_before.amount;',
    plant: 'refundable := v_total;',
    test: test('earnings', 'returns the full price to the caller and takes the developer’s share, once even if repeated'),
  },
  {
    name: 'a reversed call stays in the earnings',
    file: 'sql/count_earnings.sql',
    find: '-sum(r.share), -sum(r.base - r.share), -sum(r.payable), 0',
    plant: '0, 0, 0, 0',
    test: test('earnings', 'returns the full price to the caller and takes the developer’s share, once even if repeated'),
  },
  {
    name: 'a falsified counter of earnings is not found',
    file: 'sql/ledger_check_earnings.sql',
    find: 'where (e.share, e.rest, e.payable, e.calls) is distinct from (m.share, m.rest, m.payable, m.calls)',
    plant: 'where false',
    test: test('earnings-counters', 'a share that was never earned'),
  },
  {
    name: 'reversed credits do not repay debts',
    file: REVERSE,
    find: `perform repay_debts(v.tenant_id, v.user_id, concat_ws(':', 'reversal', v.id, nullif(v_part.n, 1)));`,
    plant: '',
    test: test('earnings', 'repays the caller’s debts first'),
  },
  {
    name: 'the erasure event is consumed without erasing anything',
    file: 'src/erasure/erasure.handlers.js',
    find: 'await eraseUser(this.db, user, KEPT_TABLES);',
    plant: '',
    test: FORGOTTEN,
  },
  {
    name: 'the payment provider keeps the customer of an erased user',
    file: 'src/erasure/erasure.handlers.js',
    find: 'await this.provider.deleteCustomer({ tenant: user.tenant_id, user: user.user_id });',
    plant: '',
    test: FORGOTTEN,
  },
  {
    name: 'the threshold is not set again after an automatic top-up',
    file: 'sql/end_recharge.sql',
    find: 'perform set_recharge_threshold(v.tenant_id, v.user_id);',
    plant: '',
    test: test('auto-topup', 'waits for the next month at the monthly cap, publishes that, and continues at once with a higher cap'),
  },
  {
    name: 'one call more than the plan allows is admitted',
    file: ADMIT,
    find: 'v_counts and v_used >= v.actions_limit',
    plant: 'v_counts and v_used > v.actions_limit',
    test: test('usage-limits', 'is counted before it begins, and refused beyond the plan’s limit with a hint how to continue'),
  },
  {
    name: 'a call is admitted although another meter has reached its limit',
    file: ADMIT,
    find: 'between 0 and u.used',
    plant: 'between 0 and u.used - 1',
    test: test('rules-in-sql', 'refuses a call exactly if one more of a counted meter would exceed it'),
  },
  {
    name: 'a call without sufficient credits is counted',
    file: ADMIT,
    find: 'v_counted := array_remove(v_counted, ordinal);',
    plant: 'v_counted := v_counted;',
    test: test('usage-limits', 'is not counted without enough credits, and reserves nothing beyond the limit'),
  },
  {
    name: 'a repeated key is counted again',
    file: ADMIT,
    find: 'v_counts := counted and v.counted_before is null and',
    plant: 'v_counts := counted and',
    test: test('usage-limits', 'continues with its hold under a repeated key, and is not counted again'),
  },
  {
    name: 'a free call is counted again under the same key',
    file: ADMIT,
    find: 'coalesce(h.id, e.event_id) as counted_before',
    plant: 'h.id as counted_before',
    test: test('usage-limits', 'is not counted again under a repeated key if it is free, even concurrently'),
  },
  {
    name: 'concurrent free calls with the same key are counted twice',
    file: ADMIT,
    find: 'v_counts := found;',
    plant: '',
    test: test('usage-limits', 'is not counted again under a repeated key if it is free, even concurrently'),
  },
  {
    name: 'one user’s calls count for another user in the same list',
    file: ADMIT,
    find: 'if v_user is distinct from v.owner then',
    plant: 'if v_user is null then',
    test: test('usage-limits', 'of one user is not refused because another user reached their limit, even in one list'),
  },
];
