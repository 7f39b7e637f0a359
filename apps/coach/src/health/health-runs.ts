import { runKind } from '@skep/platform';

/** Reads what a provider has of a person: the past when they connect it, and later what is new. */
export interface SyncInput {
  provider: string;
  /** How far back; as the setting says if it is left out. */
  days?: number;
}

export const SYNC = runKind<SyncInput>('coach.sync_health', { deadlineMs: 3 * 86_400_000, retries: 8, perProcess: 8 });

/** Stores what a provider has sent. */
export interface ReceiveInput {
  delivery_id: string;
}

export const RECEIVE = runKind<ReceiveInput>('coach.receive_health', { deadlineMs: 86_400_000, retries: 8, atOnce: 4, perProcess: 2 });
