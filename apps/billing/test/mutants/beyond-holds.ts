import { e2eTest as test, migration, type Mutant } from '@skep/testkit';

const PAYOUTS = migration('41-payouts');
const REVERSALS = migration('40-reversals');
const RECHARGES = migration('31-auto-topup');
const ADMISSIONS = migration('24-admit-calls');

const NEVER_OVERDRAWN = test('payouts', 'fifty times at once never overdraws: as many are granted as the earnings cover');
const MADE_ONCE = test('payouts-decided', 'is made once: the same again changes nothing, another one is refused');

const KINDS_APART = test('earnings', 'is paid out nothing of what callers paid with credits that they were given, and sees it apart');

const FORGOTTEN = test(
  'payment-methods',
  'is forgotten by Stripe, cards and all, once erased, although Skep was down then and Stripe afterwards',
);

/** In payouts, reversals, automatic top-ups, the limits of plans and erasure. */
export const beyondHolds: Mutant[] = [
  {
    name: 'a payout is more than was earned',
    file: PAYOUTS,
    find: 'if available < p_amount then',
    plant: 'if false then',
    test: NEVER_OVERDRAWN,
  },
  {
    name: 'promotional earnings are paid out',
    file: PAYOUTS,
    find: 'select coalesce(sum(e.amount - e.granted), 0) into available',
    plant: 'select coalesce(sum(e.amount), 0) into available',
    test: test('payouts-model', 'does with earnings, reversals and payouts what plain arithmetic says, over tenants'),
  },
  {
    name: 'bought credits are spent before granted ones',
    file: migration('12-end-holds'),
    find: 'v_from_granted := least(v_granted, v_base + v_fee - v_debt);',
    plant: 'v_from_granted := greatest(v_base + v_fee - v_debt - (v_balance - v_granted), 0);',
    test: KINDS_APART,
  },
  {
    name: 'granted credits come back as bought ones',
    file: REVERSALS,
    find: 'v.app_id, v_accounts, v_amounts, v_granted)',
    plant: 'v.app_id, v_accounts, v_amounts)',
    test: KINDS_APART,
  },
  {
    name: 'granted credits pay debts',
    file: migration('32-payments-told'),
    find: 'balance - greatest(held, granted) into v_account',
    plant: 'balance - held into v_account',
    test: test('earnings', 'pays no debt with granted credits: bought ones that come back later would be theirs'),
  },
  {
    name: 'what a plan adds to its price is bought',
    file: 'src/subscription/subscription.repository.js',
    find: 'Math.min(tokens, this.prices.tokensFor(cents))',
    plant: 'tokens',
    test: test('subscriptions', 'has bought as many of those credits as the price would buy; the rest is a gift'),
  },
  {
    name: 'earnings are not locked for a payout',
    file: PAYOUTS,
    find: `perform from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id for no key update;`,
    plant: '',
    test: NEVER_OVERDRAWN,
  },
  {
    name: 'a payout takes all from the first tenant',
    file: PAYOUTS,
    find: 'v_part := least(v.earned, v_left);',
    plant: 'v_part := v_left;',
    test: test('payouts', 'takes from each tenant whose people paid, and gives back there'),
  },
  {
    name: 'a payout that was paid is rejected',
    file: PAYOUTS,
    find: `('approved', 'rejected', 'earnings')) as m`,
    plant: `('approved', 'rejected', 'earnings'), ('paid', 'rejected', 'earnings')) as m`,
    test: MADE_ONCE,
  },
  {
    name: 'a payout is paid twice, by two payments',
    file: PAYOUTS,
    find: `case when p_reference is not distinct from v.reference then 'same' else 'closed' end`,
    plant: `'same'`,
    test: MADE_ONCE,
  },
  {
    name: 'what is rejected stays reserved',
    file: PAYOUTS,
    find: 'where p.payout_id = v.id and v_move.into_kind is not null order by p.account_id',
    plant: `where p.payout_id = v.id and v_move.into_kind = 'clearing' order by p.account_id`,
    test: test('payouts-decided', 'rejects with a note, before and after the approval, and the earnings can be asked for again'),
  },
  {
    name: 'a call is taken back twice',
    file: REVERSALS,
    find: 'v_fresh := not exists (select from call_reversal r where r.hold_id = v.id);',
    plant: 'v_fresh := true;',
    test: test('earnings', 'gives the caller all of the price and takes the developer’s share, once however often it is asked for'),
  },
  {
    name: 'what is given back does not pay the debt',
    file: REVERSALS,
    find: `perform repay_debts(v.tenant_id, v.user_id, 'reversal:' || v.id);`,
    plant: '',
    test: test('earnings', 'of somebody in debt pays the debt first'),
  },
  {
    name: 'that somebody is erased is heard, and nothing done',
    file: 'src/person/person.handlers.js',
    find: 'await erasePerson(this.db, person, BOOKS);',
    plant: '',
    test: FORGOTTEN,
  },
  {
    name: 'the payment provider keeps whom we have erased',
    file: 'src/person/person.handlers.js',
    find: 'await this.provider.forget({ tenant: person.tenant_id, user: person.user_id });',
    plant: '',
    test: FORGOTTEN,
  },
  {
    name: 'a wallet that was topped up by itself is never looked at again',
    file: RECHARGES,
    find: 'perform arm_recharge(v.tenant_id, v.user_id);',
    plant: '',
    test: test(
      'auto-topup',
      'waits for the next month when the cap of this one is reached, says so once, and goes by a higher cap at once',
    ),
  },
  {
    name: 'one call more than the plan allows',
    file: ADMISSIONS,
    find: 'v_counts and v_used >= v.actions_limit',
    plant: 'v_counts and v_used > v.actions_limit',
    test: test('usage-limits', 'is counted before it begins, and one more than the plan allows is refused with what is needed to go on'),
  },
  {
    name: 'a call that cannot be paid is counted',
    file: ADMISSIONS,
    find: 'v_counted := array_remove(v_counted, place);',
    plant: 'v_counted := v_counted;',
    test: test('usage-limits', 'that cannot be paid is not counted, and one that is refused for its limit reserves nothing'),
  },
  {
    name: 'who asks again is counted again',
    file: ADMISSIONS,
    find: 'v_counts := counted and v.known is null and',
    plant: 'v_counts := counted and',
    test: test('usage-limits', 'that asks again under its key goes on with its hold, and is not counted again'),
  },
  {
    name: 'a call that costs nothing is counted each time that it asks',
    file: ADMISSIONS,
    find: 'coalesce(h.id, e.event_id) as known',
    plant: 'h.id as known',
    test: test('usage-limits', 'that costs nothing and asks again under its key is not counted again, also twice at once'),
  },
  {
    name: 'a call that costs nothing is counted by its hold, which it does not have',
    file: ADMISSIONS,
    find: 'v_counts := found;',
    plant: '',
    test: test('usage-limits', 'that costs nothing and asks again under its key is not counted again, also twice at once'),
  },
  {
    name: 'one person’s calls count for another in the same list',
    file: ADMISSIONS,
    find: 'if v_person is distinct from v.person then',
    plant: 'if v_person is null then',
    test: test('usage-limits', 'of one is not refused because another has used up hers, in one list or not'),
  },
];
