import { TooManyRequests, Unavailable } from '@skep/contracts';

interface Waiting {
  owner: string;
  begin: () => void;
}

/**
 * Lets at most `slots` pieces of work run at once, and at most `each` of one owner. Those who wait are served owner by owner in turn,
 * so whoever asks for little does not wait behind somebody who asks for much.
 */
export class FairQueue {
  private running = 0;
  private served = 0;
  private readonly runningOf = new Map<string, number>();
  /** When an owner was last served; kept while they have work here. */
  private readonly servedAt = new Map<string, number>();
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly slots: number,
    private readonly each: number,
  ) {}

  /** Whether work of this owner could begin at once. */
  hasRoom(owner: string): boolean {
    return this.running < this.slots && this.hasShare(owner);
  }

  /**
   * Undefined where the work may begin at once, otherwise a promise to wait for. Each `enter` that succeeds needs a `leave`.
   * Rejects after `timeoutMs` with Problem `too_many_requests` where the owner's own work is in the way, else with `unavailable`.
   */
  enter(owner: string, timeoutMs?: number): Promise<void> | undefined {
    if (this.hasRoom(owner)) return this.begin(owner);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        owner,
        begin: () => {
          clearTimeout(timer);
          resolve(this.begin(owner));
        },
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(this.hasShare(owner) ? Unavailable(undefined, 1) : TooManyRequests('You have too many requests under way.', 1));
        this.forget(owner);
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
      this.waiting.push(waiting);
    });
  }

  leave(owner: string): void {
    this.running--;
    const left = (this.runningOf.get(owner) ?? 1) - 1;
    if (left) this.runningOf.set(owner, left);
    else this.runningOf.delete(owner);
    this.next()?.begin();
    this.forget(owner);
  }

  /** Enters, does the work, and leaves. */
  async run<T>(owner: string, work: () => Promise<T>, timeoutMs?: number): Promise<T> {
    const turn = this.enter(owner, timeoutMs);
    if (turn) await turn;
    try {
      return await work();
    } finally {
      this.leave(owner);
    }
  }

  private hasShare(owner: string): boolean {
    return (this.runningOf.get(owner) ?? 0) < this.each;
  }

  private begin(owner: string): undefined {
    this.running++;
    this.runningOf.set(owner, (this.runningOf.get(owner) ?? 0) + 1);
    this.servedAt.set(owner, ++this.served);
  }

  /** Takes out, of those who may begin, the one whose owner was served the longest ago. */
  private next(): Waiting | undefined {
    let next = -1;
    for (const [place, { owner }] of this.waiting.entries())
      if (this.hasRoom(owner) && (next < 0 || this.lastServed(owner) < this.lastServed(this.waiting[next]!.owner))) next = place;
    return next < 0 ? undefined : this.waiting.splice(next, 1)[0];
  }

  private lastServed(owner: string): number {
    return this.servedAt.get(owner) ?? 0;
  }

  private forget(owner: string): void {
    if (!this.runningOf.has(owner) && !this.waiting.some((waiting) => waiting.owner === owner)) this.servedAt.delete(owner);
  }
}
