/** The clocks of two hosts drift apart by a few milliseconds per hour, so a minimum this recent is still valid. */
const WINDOW_MS = 60_000;

/**
 * Estimates how long messages were delayed, without synchronised clocks. The difference between the receiver's and the sender's
 * clock at the arrival of a message is clock offset plus delay; the smallest recent difference of a sender counts as no delay.
 */
export class DelayEstimator {
  private fastest = new Map<string, number>();
  private previousFastest = new Map<string, number>();
  private windowStart = performance.now();

  /**
   * @param sent milliseconds by the sender's `performance.now()`
   * @returns milliseconds that the message waited, in a queue or because this process was paused
   */
  measureDelay(sender: string, sent: number): number {
    const now = performance.now();
    if (now - this.windowStart > WINDOW_MS) [this.previousFastest, this.fastest, this.windowStart] = [this.fastest, new Map(), now];
    const difference = now - sent;
    const fastest = Math.min(difference, this.fastest.get(sender) ?? Infinity);
    this.fastest.set(sender, fastest);
    return difference - Math.min(fastest, this.previousFastest.get(sender) ?? Infinity);
  }
}
