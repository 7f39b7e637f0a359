import type { ActivityPart } from '@skep/contracts/coach';
import type { CoachConfig } from '../../coach.config.js';
import type { Records } from '../record.js';

export type Checkpoint = string | number;

/** A page of a vendor's list. */
export interface Page {
  records: Records;
  /** Where the list continues; none at its end. */
  next?: Checkpoint;
}

/** A list that is read, a page at a time. */
export interface Pages {
  name: string;
  first: Checkpoint;
  url: (checkpoint: Checkpoint) => string;
}

/** What a message of a vendor contains. */
export interface Received {
  records: Records;
  /** What it only names, as a path of the vendor's API. */
  read?: string;
}

/** How one vendor is read. Bodies are JSON of a form that is not guaranteed. */
export interface Vendor {
  /** The setting with the address of its API. */
  base: keyof CoachConfig & `${string}_API_BASE`;
  /** It only takes orders for the past, which arrives as messages later: they can wait while the person does something with the new connection. */
  isOrdered?: true;
  /** The lists of what a person has done since then. */
  requests: (window: { since: Date }) => Pages[];
  read: (body: unknown, page: { name: string; checkpoint: Checkpoint }) => Page;
  received: (body: unknown) => Received;
  /** What is at a path that a message has named. */
  readOne?: (body: unknown, path: string) => Records;
  /** What it adds to an activity: where that is, and what the answer contains. */
  parts?: Record<ActivityPart, (id: string) => string>;
  partOf?: (part: ActivityPart, body: unknown) => unknown;
}
