import { e2eTest, type Mutant } from '@skep/testkit';

const STATUS = 'src/app/app-status.js';
const RETIRE = 'src/app/retire-app.js';

/** Every planted bug: what ends a review, suspension by an administrator, what becomes of an app that its developer deletes, and uploaded icons. */
export const mutants: Mutant[] = [
  {
    name: 'security 8.3.2: a developer lifts the suspension by an administrator',
    file: STATUS,
    find: 'if (suspend_reason !== null)',
    plant: 'if (false)',
    test: e2eTest('suspension', 'cannot be moved by its developer: not suspended, submitted, withdrawn, repriced or deleted'),
  },
  {
    name: 'security 8.2.1: anybody suspends and restores an app',
    file: 'src/app/set-app-status.js',
    find: 'mustReview(ctx);',
    plant: '',
    test: e2eTest('suspension', 'are for administrators of this installation, and for the operator’s tools'),
  },
  {
    name: 'other prices leave an app under review',
    file: STATUS,
    find: "reprice: { draft: 'draft', pending_review: 'draft', suspended: 'suspended' }",
    plant: "reprice: { draft: 'draft', pending_review: 'pending_review', suspended: 'suspended' }",
    test: e2eTest('retire', 'end the review, so that no price is approved that was changed, and none that was not reviewed'),
  },
  {
    name: 'other prices leave the submission open',
    file: 'src/app/update-app.js',
    find: 'prices.status !== undefined &&',
    plant: 'prices.status === undefined &&',
    test: e2eTest('retire', 'end the review, so that no price is approved that was changed, and none that was not reviewed'),
  },
  {
    name: 'the id of a deleted app is free although it was approved',
    file: RETIRE,
    find: 'if (app.approved_revision === null)\n                await this.apps.remove(app);',
    plant: 'if (app.approved_revision !== undefined)\n                await this.apps.remove(app);',
    test: e2eTest('retire', 'that is active asks to suspend it first; then it is delisted, and its id stays taken'),
  },
  {
    name: 'a deleted app counts towards the cap',
    file: STATUS,
    find: "COUNTED = ['draft',",
    plant: "COUNTED = ['deleted', 'draft',",
    test: e2eTest('retire', 'makes room under the tier’s cap'),
  },
  {
    name: 'an app is deleted whatever is repeated of its id',
    file: RETIRE,
    find: 'if (confirm_name !== app_id)',
    plant: 'if (!confirm_name)',
    test: e2eTest('retire', 'needs its id again, and is its developer’s alone'),
  },
  {
    name: 'an icon is stored whatever it holds',
    file: 'src/app/sync-manifest.js',
    find: 'icon_svg === undefined ? undefined : svgIconFault(icon_svg)',
    plant: 'undefined',
    test: e2eTest('sync-manifest', 'is told what is wrong in input 5'),
  },
];
