import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Int, Shape } from '../fields.js';
import { problem } from '../problem.js';

@Shape('How much storage a user takes.')
export class StorageUsage {
  @Int({ description: 'Bytes of all documents of the user, in all apps.' }) bytes!: number;
}

export const StorageQuotaExceeded = problem('storage_quota_exceeded', 403, 'Your plan does not include more storage.');

export const storageMembers = {
  /** Internal: the usage of the acting user, for billing. */
  getStorageUsage: operation('Read how much storage a user takes', { input: Empty, output: StorageUsage }),
};
