import { TooManyRequests, Unavailable } from '@skep/contracts';

interface Waiter {
  owner: string;
  start: () => void;
}

/**
 * Runs at most `slots` pieces of work at once, and at most `slotsPerOwner` of one owner. Waiting owners take turns, so an owner
 * with little work does not wait behind one with much.
 */
export class FairQueue {
  private running = 0;
  private startCount = 0;
  private readonly runningByOwner = new Map<string, number>();
  /** The value of `startCount` at an owner's last start; kept while the owner has work here. */
  private readonly lastStart = new Map<string, number>();
  private readonly waiting: Waiter[] = [];

  constructor(
    private readonly slots: number,
    private readonly slotsPerOwner: number,
  ) {}

  /** How much work waits. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Whether work of this owner would start at once. */
  hasRoom(owner: string): boolean {
    return this.running < this.slots && this.isBelowShare(owner);
  }

  /**
   * Takes a slot. Returns undefined if one was free, else a promise to await. Each `enter` that succeeds needs a `leave`.
   * @throws Problem (the promise rejects) after `timeoutMs`: `too_many_requests` if the owner's own work is in the way, else `unavailable`
   */
  enter(owner: string, timeoutMs?: number): Promise<void> | undefined {
    if (this.hasRoom(owner)) return this.start(owner);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        owner,
        start: () => {
          clearTimeout(timer);
          resolve(this.start(owner));
        },
      };
      const onTimeout = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(this.isBelowShare(owner) ? Unavailable(undefined, 1) : TooManyRequests('You have too many concurrent requests.', 1));
        this.forget(owner);
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
      this.waiting.push(waiter);
    });
  }

  /** Releases a slot of this owner. */
  leave(owner: string): void {
    this.running--;
    const remaining = (this.runningByOwner.get(owner) ?? 1) - 1;
    if (remaining) this.runningByOwner.set(owner, remaining);
    else this.runningByOwner.delete(owner);
    this.takeNext()?.start();
    this.forget(owner);
  }

  /** Runs the work in a slot. Throws like `enter`. */
  async run<T>(owner: string, work: () => Promise<T>, timeoutMs?: number): Promise<T> {
    const queued = this.enter(owner, timeoutMs);
    if (queued) await queued;
    try {
      return await work();
    } finally {
      this.leave(owner);
    }
  }

  private isBelowShare(owner: string): boolean {
    return (this.runningByOwner.get(owner) ?? 0) < this.slotsPerOwner;
  }

  private start(owner: string): undefined {
    this.running++;
    this.runningByOwner.set(owner, (this.runningByOwner.get(owner) ?? 0) + 1);
    this.lastStart.set(owner, ++this.startCount);
  }

  /** Removes and returns the waiter whose owner started work the longest ago, among those that may start. */
  private takeNext(): Waiter | undefined {
    let next = -1;
    for (const [index, { owner }] of this.waiting.entries())
      if (this.hasRoom(owner) && (next < 0 || this.lastStartOf(owner) < this.lastStartOf(this.waiting[next]!.owner))) next = index;
    return next < 0 ? undefined : this.waiting.splice(next, 1)[0];
  }

  private lastStartOf(owner: string): number {
    return this.lastStart.get(owner) ?? 0;
  }

  private forget(owner: string): void {
    if (!this.runningByOwner.has(owner) && !this.waiting.some((waiter) => waiter.owner === owner)) this.lastStart.delete(owner);
  }
}
