import type { Credentials } from './credentials.js';

/** How one call is made. */
export interface CallOptions {
  /** Makes repetitions of this call by your program one effect. Otherwise only the client's own retries are. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** The installation, the credentials, and how persistent the client is. */
export interface ClientOptions {
  /** Such as `https://skep.example.com`. */
  url: string;
  credentials?: Credentials;
  /** How often a call is repeated after a lost connection or an answer such as 503; 3 by default. */
  retries?: number;
  /** The longest time for one attempt, in milliseconds; 100,000 by default, since a function may run for 90 seconds. */
  timeoutMs?: number;
}
