import { FairQueue } from '@skep/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { KernelConfig } from '../kernel.config.js';
import { type CodeRun, CodeThread, type Ended } from './code-thread.js';

/** Each may hold MEMORY_MAX: all together fit into the memory that the chart allows a kernel. */
const RUNS_MAX = 32;
const RUNS_PER_APP_MAX = 8;
const APPS_MAX = 10_000;
/** An app whose calls compute longer than this on average runs on the thread for such apps. */
const HEAVY_MS = 50;
/** How much the last call counts in the average. */
const WEIGHT = 0.3;

/**
 * Runs the code of apps on threads, so that it never keeps the event loop waiting. Apps that compute much share a thread of their own: what they do
 * does not delay the others.
 */
@Injectable()
export class CodeRunner implements OnApplicationShutdown {
  private readonly queue = new FairQueue(RUNS_MAX, RUNS_PER_APP_MAX);
  private readonly cpuMs = new LRUCache<string, number>({ max: APPS_MAX });
  private readonly light: CodeThread[];
  private readonly heavy = new CodeThread();

  constructor({ SKEP_CODE_THREADS }: KernelConfig) {
    this.light = Array.from({ length: SKEP_CODE_THREADS }, () => new CodeThread());
  }

  /** @param timeoutMs for which it may wait for its turn @throws Problem `too_many_requests`, `unavailable` after it; like `CodeThread.run` */
  run(app_id: string, run: CodeRun, timeoutMs: number): Promise<Ended> {
    const work = async () => {
      const ended = await this.threadFor(app_id).run(run);
      this.cpuMs.set(app_id, ended.cpuMs * WEIGHT + this.averageOf(app_id) * (1 - WEIGHT));
      return ended;
    };
    return this.queue.run(app_id, work, timeoutMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.light, this.heavy].map((thread) => thread.close()));
  }

  private threadFor(app_id: string): CodeThread {
    return this.averageOf(app_id) > HEAVY_MS
      ? this.heavy
      : this.light.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }

  private averageOf(app_id: string): number {
    return this.cpuMs.get(app_id) ?? 0;
  }
}
