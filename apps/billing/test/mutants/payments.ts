import { e2eTest, type Mutant } from '@skep/testkit';

/** In who takes payments. */
export const payments: Mutant[] = [
  {
    name: 'a plan is written down as unpaid where payments are off',
    file: 'src/subscription/change-plan.js',
    find: 'this.provider.mustTakePayments();',
    plant: ';',
    test: e2eTest('payments-off', 'a paid plan is not configured, and the setting is named'),
  },
  {
    name: 'a top-up that Stripe takes is completed without paying',
    file: 'src/topup/topup.handlers.js',
    find: `if (this.provider.name !== 'sandbox')`,
    plant: 'if (false)',
    test: e2eTest('stripe', 'cannot be completed without paying'),
  },
];
