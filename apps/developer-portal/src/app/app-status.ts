import { AppSuspended } from '@skep/contracts/registry';

/** An app's review status. It does not decide what users run: that is the last approved revision. */
export type AppStatus = 'draft' | 'pending_review' | 'active' | 'suspended' | 'deleted';
/** An act that may change the status. `reprice` is a change of the prices. */
export type StatusAction = 'submit' | 'approve' | 'reject' | 'withdraw' | 'reprice' | 'suspend' | 'delete';

/**
 * The status after each action, by the status before it. Actions without an entry are refused. A price change ends a review, so that no
 * price becomes live that was not reviewed.
 */
export const TRANSITIONS: Readonly<Record<StatusAction, Partial<Record<AppStatus, AppStatus>>>> = {
  submit: { draft: 'pending_review', active: 'pending_review', suspended: 'pending_review' },
  approve: { pending_review: 'active' },
  reject: { pending_review: 'draft' },
  withdraw: { pending_review: 'draft' },
  reprice: { draft: 'draft', pending_review: 'draft', suspended: 'suspended' },
  suspend: { draft: 'suspended', active: 'suspended', suspended: 'suspended' },
  delete: { draft: 'deleted', pending_review: 'deleted', suspended: 'deleted' },
};

/** The statuses that count towards a tier's app limit. */
export const COUNTED_STATUSES: readonly AppStatus[] = ['draft', 'pending_review', 'active', 'suspended'];

interface StatusFields {
  status: AppStatus;
  suspend_reason: string | null;
}

/** The app's status after an action; undefined if its status does not allow the action. @throws AppSuspended while an administrator suspends it */
export function nextStatus({ status, suspend_reason }: StatusFields, action: StatusAction): AppStatus | undefined {
  if (suspend_reason !== null) throw AppSuspended(suspensionMessage(suspend_reason));
  return TRANSITIONS[action][status];
}

export const suspensionMessage = (reason: string): string =>
  `An administrator suspended this app, and only an administrator can restore it. Reason: ${reason}`;
