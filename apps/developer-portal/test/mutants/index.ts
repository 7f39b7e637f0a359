import { e2eTest, type Mutant } from '@skep/testkit';

const STATUS = 'src/app/app-status.js';
const RETIRE = 'src/app-lifecycle/retire-app.js';

/** Planted bugs: ends of a review, suspension by an administrator, deletion of apps, and uploaded icons. */
export const mutants: Mutant[] = [
  {
    name: 'security 8.3.2: a developer can change a suspended app',
    file: STATUS,
    find: 'if (suspend_reason !== null)',
    plant: 'if (false)',
    test: e2eTest('suspension', 'cannot be suspended, submitted, withdrawn, repriced or deleted by its developer'),
  },
  {
    name: 'security 8.2.1: any caller can suspend and restore an app',
    file: 'src/app-lifecycle/set-app-status.js',
    find: 'assertReviewer(ctx);',
    plant: '',
    test: e2eTest('suspension', 'require an administrator of this installation or a service'),
  },
  {
    name: 'a price change leaves the app under review',
    file: STATUS,
    find: "reprice: { draft: 'draft', pending_review: 'draft', suspended: 'suspended' }",
    plant: "reprice: { draft: 'draft', pending_review: 'pending_review', suspended: 'suspended' }",
    test: e2eTest('retire', 'withdraw the submission, so that only reviewed prices are approved'),
  },
  {
    name: 'a price change leaves the submission open',
    file: 'src/app-lifecycle/update-app.js',
    find: 'prices.status !== undefined &&',
    plant: 'prices.status === undefined &&',
    test: e2eTest('retire', 'withdraw the submission, so that only reviewed prices are approved'),
  },
  {
    name: 'the id of a deleted app becomes free although the app was approved',
    file: RETIRE,
    find: 'if (app.approved_revision === null)\n                await this.deleteRecord(app);',
    plant: 'if (app.approved_revision !== undefined)\n                await this.deleteRecord(app);',
    test: e2eTest('retire', 'that is active requires to suspend it first; afterwards it is delisted and its id stays taken'),
  },
  {
    name: 'a deleted app counts towards the app limit',
    file: STATUS,
    find: "COUNTED_STATUSES = ['draft',",
    plant: "COUNTED_STATUSES = ['deleted', 'draft',",
    test: e2eTest('retire', 'no longer counts towards the tier’s app limit'),
  },
  {
    name: 'an app is deleted with any confirm_name',
    file: RETIRE,
    find: 'if (confirm_name !== app_id)',
    plant: 'if (!confirm_name)',
    test: e2eTest('retire', 'requires its id in confirm_name, and is refused to everyone but its developer'),
  },
  {
    name: 'an uploaded icon is stored unchecked',
    file: 'src/app-lifecycle/sync-manifest.js',
    find: 'icon_svg === undefined ? undefined : svgIconFault(icon_svg)',
    plant: 'undefined',
    test: e2eTest('sync-manifest', 'is refused with the fault of input 5'),
  },
];
