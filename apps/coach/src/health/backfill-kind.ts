import { runKind } from '@skep/platform';

/** Reads what a person has done before they connected a provider. */
export interface BackfillInput {
  provider: string;
}

export const BACKFILL = runKind<BackfillInput>('coach.backfill', { deadlineMs: 3 * 86_400_000, overlap: 'replace', retries: 8, atOnce: 4 });

/** One at a time. */
export const laneOf = (user: string, provider: string): string => `health of ${user} from ${provider}`;

/** A message of a provider names something, which is read from it. */
export interface FetchInput {
  provider: string;
  path: string;
}

export const FETCH = runKind<FetchInput>('coach.fetch_health', { deadlineMs: 86_400_000, retries: 8, atOnce: 4 });
