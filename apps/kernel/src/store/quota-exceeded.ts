import { StorageQuotaExceeded } from '@skep/contracts/kernel';

/** @param used bytes that the user's documents use @param quota bytes that their plan allows */
export const quotaExceeded = (used: number | null, quota: number | null) =>
  StorageQuotaExceeded(
    `The user’s documents use ${used} of the ${quota} bytes that their plan allows, and this write needs more. Delete documents, or upgrade the plan: POST /v1/billing/change-plan.`,
  );
