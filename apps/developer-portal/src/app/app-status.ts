/** Where an app stands with its review. What users run does not depend on it: that is the last approved revision. */
export type AppStatus = 'draft' | 'pending_review' | 'active' | 'suspended';
export type Move = 'submit' | 'approve' | 'reject' | 'suspend';

/** Which move leads from where to where; what is not named here is not possible. No operation suspends yet. */
export const MOVES: Readonly<Record<Move, Partial<Record<AppStatus, AppStatus>>>> = {
  submit: { draft: 'pending_review', active: 'pending_review', suspended: 'pending_review' },
  approve: { pending_review: 'active' },
  reject: { pending_review: 'draft' },
  suspend: { active: 'suspended' },
};

/** Prices change only where the next approval comes before the next charge. */
export const REPRICEABLE: ReadonlySet<AppStatus> = new Set(['draft', 'suspended']);

/** The apps that a tier's cap counts. */
export const COUNTED: readonly AppStatus[] = ['draft', 'pending_review', 'active', 'suspended'];

/** Where a move leads; undefined where it is not possible. */
export const moved = (status: AppStatus, move: Move): AppStatus | undefined => MOVES[move][status];
