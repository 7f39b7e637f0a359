import { isRefusal, TooManyRequests, Unavailable } from '@skep/contracts';
import type { PublishedKeys } from '../auth/published-keys.js';
import type { Revocations } from '../auth/revocations.js';

/** A connection that stays open: an event stream or a socket. */
export interface Connection {
  /** Keeps the connection alive, or ends one that is dead. */
  beat(): void;
  /** Ends the connection, because its credential is no longer valid. */
  revoke(): void;
}

/** Who opened a connection, and for how long they may have it. */
export interface ConnectionOwner {
  /** Who is counted: a user or, without one, a network; '' for a service, whose connections are not limited. */
  user: string;
  session?: string | undefined;
  /** @throws Problem 401 or 403 if the credential is no longer valid */
  verify(): unknown;
}

interface Limits {
  /** How many a user may have at once. */
  perUser: number;
  /** How many there may be at once; any number by default. */
  total?: number;
  /** What they are called in problems: `event streams`. */
  name: string;
  /** Milliseconds between two beats. */
  beatMs: number;
}

/** The open connections of this gateway: limits them per user, keeps them alive, and ends them when their credential is no longer valid. */
export class OpenConnections<C extends Connection> {
  private readonly owners = new Map<C, ConnectionOwner>();
  private readonly countOf = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly limits: Limits,
    revocations: Revocations,
    keys: PublishedKeys,
  ) {
    this.timer = setInterval(() => this.beat(), limits.beatMs).unref();
    revocations.onRevoked((revoked) => {
      for (const [connection, { session }] of this.owners) if (session === revoked) connection.revoke();
    });
    keys.onWithdrawn(() => this.verifyAll());
  }

  [Symbol.iterator](): IterableIterator<C> {
    return this.owners.keys();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Counts a connection that will be opened. @returns a function that stops counting it @throws Problem `too_many_requests` if the user has too many; `unavailable` if there are too many */
  reserve(user: string): () => void {
    const { perUser, total = Infinity, name } = this.limits;
    const count = this.countOf.get(user) ?? 0;
    if (user && count >= perUser)
      throw TooManyRequests(`You already have ${count} open ${name}, which is the maximum. Close one first.`, 30);
    if (this.owners.size >= total) throw Unavailable(`This gateway has the maximum of open ${name}. Try again soon.`, 30);
    this.countOf.set(user, count + 1);
    return () => {
      const left = this.countOf.get(user)! - 1;
      if (left) this.countOf.set(user, left);
      else this.countOf.delete(user);
    };
  }

  /** Notes who has an open connection, also when that changes. */
  set(connection: C, owner: ConnectionOwner): void {
    this.owners.set(connection, owner);
  }

  delete(connection: C): void {
    this.owners.delete(connection);
  }

  private beat(): void {
    for (const connection of this.owners.keys()) connection.beat();
    this.verifyAll();
  }

  private verifyAll(): void {
    for (const [connection, owner] of this.owners) void verify(connection, owner);
  }
}

/** Ends the connection if its credential is no longer valid. One that cannot be checked now stays. */
async function verify(connection: Connection, owner: ConnectionOwner): Promise<void> {
  try {
    await owner.verify();
  } catch (error) {
    if (isRefusal(error)) connection.revoke();
  }
}
