import { AppSuspended } from '@skep/contracts';

/** Where an app stands with its review. What users run does not depend on it: that is the last approved revision. */
export type AppStatus = 'draft' | 'pending_review' | 'active' | 'suspended' | 'deleted';
export type Move = 'submit' | 'approve' | 'reject' | 'withdraw' | 'reprice' | 'suspend' | 'delete';

/**
 * Which move leads from where to where; what is not named here is not possible. Other prices end a review, so that none is approved
 * with prices that its developer has changed, and no price is live that was not reviewed.
 */
export const MOVES: Readonly<Record<Move, Partial<Record<AppStatus, AppStatus>>>> = {
  submit: { draft: 'pending_review', active: 'pending_review', suspended: 'pending_review' },
  approve: { pending_review: 'active' },
  reject: { pending_review: 'draft' },
  withdraw: { pending_review: 'draft' },
  reprice: { draft: 'draft', pending_review: 'draft', suspended: 'suspended' },
  suspend: { draft: 'suspended', active: 'suspended', suspended: 'suspended' },
  delete: { draft: 'deleted', pending_review: 'deleted', suspended: 'deleted' },
};

/** The apps that a tier's cap counts. */
export const COUNTED: readonly AppStatus[] = ['draft', 'pending_review', 'active', 'suspended'];

interface Movable {
  status: AppStatus;
  suspend_reason: string | null;
}

/** Where a move leads; undefined where it is not possible. @throws AppSuspended: what an administrator has suspended stays where it is */
export function moved({ status, suspend_reason }: Movable, move: Move): AppStatus | undefined {
  if (suspend_reason !== null) throw AppSuspended(suspendedFor(suspend_reason));
  return MOVES[move][status];
}

export const suspendedFor = (reason: string): string =>
  `An administrator has suspended this app, and only an administrator can restore it. The reason: ${reason}`;
