import type { Ctx } from '@skep/platform';

/** Before the deadline of the caller, so that the answer reaches them. */
export const MARGIN_MS = 100;

/** How many milliseconds a request to a model may take. */
export const timeLeft = ({ deadline }: Ctx, atMostMs: number): number => Math.max(1, Math.min(atMostMs, deadline - MARGIN_MS - Date.now()));
