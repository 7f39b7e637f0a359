import { e2eTest, type Mutant } from '@skep/testkit';

/** Bugs in the choice of the payment provider. */
export const payments: Mutant[] = [
  {
    name: 'a plan charge is recorded while payments are off',
    file: 'src/subscription/change-plan.js',
    find: 'this.provider.assertEnabled();',
    plant: ';',
    test: e2eTest('payments-off', 'a paid plan is refused as not configured, and the setting is named'),
  },
  {
    name: 'a top-up at Stripe is completed without payment',
    file: 'src/topup/topup.handlers.js',
    find: `if (this.provider.name !== 'sandbox')`,
    plant: 'if (false)',
    test: e2eTest('stripe', 'cannot be completed without payment'),
  },
];
