/** Clocks of two hosts run apart by milliseconds an hour at the most, so what was fastest lately still is. */
const WINDOW_MS = 60_000;

/**
 * How late messages come. No clock is compared with another host's: a message says when its sender sent it by the sender's own
 * clock, and what the fastest message of that sender took by both clocks stands for no delay at all.
 */
export class DelayEstimator {
  private fastest = new Map<string, number>();
  private before = new Map<string, number>();
  private since = performance.now();

  /**
   * @param sent milliseconds by the sender's `performance.now()`
   * @returns milliseconds that the message waited, in a queue or because this process stood still
   */
  lateness(sender: string, sent: number): number {
    const now = performance.now();
    if (now - this.since > WINDOW_MS) [this.before, this.fastest, this.since] = [this.fastest, new Map(), now];
    const took = now - sent;
    const fastest = Math.min(took, this.fastest.get(sender) ?? Infinity);
    this.fastest.set(sender, fastest);
    return took - Math.min(fastest, this.before.get(sender) ?? Infinity);
  }
}
