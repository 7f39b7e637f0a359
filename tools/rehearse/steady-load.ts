import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../setup/fault.mjs';
import { rankOf } from '../bench/statistics.ts';
import type { Copy } from './release.ts';

const TICK_MS = 10;
const CHECK_MS = 200;
const TIMEOUT_MS = 15_000;

/** One kind of request: a GET, or with a body a POST. */
export interface Kind {
  name: string;
  path: string;
  body?: object;
}

/** Requests at a constant rate to the gateways that are ready, like those of clients behind a load balancer. No request is repeated. */
export class SteadyLoad {
  readonly acknowledged: Record<string, number> = {};
  readonly failures: string[] = [];
  private readonly latencies: number[] = [];
  private readonly pending = new Set<Promise<void>>();
  private ready: Copy[] = [];
  private ended = false;
  private readonly began = performance.now();
  private readonly work: Promise<unknown>;
  private readonly gateways: () => readonly Copy[];
  private readonly kinds: readonly Kind[];
  private readonly rate: number;
  private readonly token: string;

  /** @param gateways those that run now; @param rate requests a second; @param token of the user who sends them */
  constructor(gateways: () => readonly Copy[], kinds: readonly Kind[], rate: number, token: string) {
    [this.gateways, this.kinds, this.rate, this.token] = [gateways, kinds, rate, token];
    this.work = Promise.all([this.checkReadiness(), this.send()]);
  }

  get requests(): number {
    return this.latencies.length + this.failures.length;
  }

  get p99(): number {
    return rankOf(Float64Array.from(this.latencies).sort(), 0.99);
  }

  /** Stops sending, and waits for the answers. */
  async end(): Promise<void> {
    this.ended = true;
    await this.work;
    await Promise.all(this.pending);
  }

  private async checkReadiness(): Promise<void> {
    for (; !this.ended; await sleep(CHECK_MS)) {
      const gateways = this.gateways();
      const states = await Promise.all(gateways.map((gateway) => gateway.isReady()));
      this.ready = gateways.filter((_, i) => states[i]);
    }
  }

  private async send(): Promise<void> {
    while (!this.ready.length && !this.ended) await sleep(TICK_MS);
    const start = performance.now();
    for (let sent = 0; !this.ended; await sleep(TICK_MS))
      for (const due = ((performance.now() - start) * this.rate) / 1000; sent < due; sent++) {
        const request = this.request(sent).finally(() => this.pending.delete(request));
        this.pending.add(request);
      }
  }

  private async request(n: number): Promise<void> {
    const { name, path, body } = this.kinds[n % this.kinds.length]!;
    const gateway = this.ready[n % this.ready.length];
    const start = performance.now();
    try {
      if (!gateway) throw new Error('no gateway is ready');
      const answer = await fetch(gateway.url + path, {
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.text();
      if (!answer.ok || text.startsWith('{"status":"error"')) throw new Error(`HTTP ${answer.status} ${text.slice(0, 200)}`);
      this.acknowledged[name] = (this.acknowledged[name] ?? 0) + 1;
      this.latencies.push(performance.now() - start);
    } catch (error) {
      this.failures.push(`${name} after ${((start - this.began) / 1000).toFixed(1)} s: ${messageOf(error)}`);
    }
  }
}
