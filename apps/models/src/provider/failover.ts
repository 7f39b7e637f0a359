import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelPart, ModelError, type ModelRequest } from './model.js';
import { OutboundClient } from './outbound-client.js';
import type { Endpoint } from './providers.js';
import { openModel } from './wire.js';

/** A model at an endpoint that may answer. */
export interface Candidate {
  endpoint: Endpoint;
  model: string;
}

const PAUSE_MS = 300;
/** A provider that wants a longer pause is not waited for. */
const PAUSE_MAX_MS = 5_000;
const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 60_000;

/**
 * Asks models one after the other until one of them answers. Nothing is asked again after the first text of an answer. An endpoint that
 * failed comes last for a while that doubles with each failure.
 */
@Injectable()
export class Failover {
  private readonly failing = new Map<string, { failures: number; until: number }>();

  constructor(private readonly outbound: OutboundClient) {}

  /**
   * Streams the answer of the first candidate that gives one. A single candidate is asked twice.
   * @param deadline milliseconds since 1970
   * @param onTry gets each candidate before it is asked
   * @param stop ends the answer early: the caller does not wait for it any more
   * @throws ModelError of the last candidate that was asked
   */
  async *stream(
    candidates: readonly Candidate[],
    request: Omit<ModelRequest, 'model'>,
    deadline: number,
    onTry: (candidate: Candidate) => void,
    stop?: AbortSignal,
  ): AsyncGenerator<ModelPart> {
    const order = this.sort(candidates);
    const tries = order.length === 1 ? [...order, ...order] : order;
    for (const [n, candidate] of tries.entries()) {
      const next = tries[n + 1];
      const left = deadline - Date.now();
      // A candidate that stays silent leaves time for those after it.
      const timer = timeout(next && next !== candidate ? left / (tries.length - n) : left);
      let hasBegun = false;
      stop?.addEventListener('abort', timer.end, { once: true });
      if (stop?.aborted) timer.end();
      onTry(candidate);
      try {
        const { endpoint, model } = candidate;
        for await (const part of openModel(endpoint, this.outbound.fetchFor(endpoint, left)).stream({ ...request, model }, timer.signal)) {
          if (!hasBegun) timer.extend(deadline - Date.now());
          hasBegun = true;
          yield part;
        }
        this.failing.delete(keyOf(candidate));
        return;
      } catch (error) {
        if (!(error instanceof ModelError) || stop?.aborted) throw error;
        this.noteFailure(candidate, error);
        const pause = next === candidate ? (error.retryAfterMs ?? PAUSE_MS) : 0;
        if (hasBegun || !error.isTemporary || !next || pause > PAUSE_MAX_MS || Date.now() + pause >= deadline) throw error;
        await sleep(pause);
      } finally {
        stop?.removeEventListener('abort', timer.end);
        timer.end();
      }
    }
  }

  private sort(candidates: readonly Candidate[]): Candidate[] {
    const now = Date.now();
    const waits = (candidate: Candidate) => (this.failing.get(keyOf(candidate))?.until ?? 0) > now;
    return [...candidates.filter((each) => !waits(each)), ...candidates.filter(waits)];
  }

  private noteFailure(candidate: Candidate, { isTemporary, retryAfterMs }: ModelError): void {
    if (!isTemporary) return;
    for (const [key, { until }] of this.failing) if (until < Date.now() - BACK_OFF_MAX_MS) this.failing.delete(key);
    const failures = (this.failing.get(keyOf(candidate))?.failures ?? 0) + 1;
    const backOff = retryAfterMs ?? BACK_OFF_MS * 2 ** Math.min(failures - 1, 10);
    this.failing.set(keyOf(candidate), { failures, until: Date.now() + Math.min(backOff, BACK_OFF_MAX_MS) });
  }
}

/** Keys differ, because the limits of providers are those of a key. */
const keyOf = ({ endpoint: { base_url, api_key } }: Candidate): string => `${base_url} ${api_key}`;

/** A signal that aborts after some milliseconds, which may be extended. */
function timeout(ms: number) {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(), ms);
  return {
    signal: controller.signal,
    extend: (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), ms);
    },
    /** Also stops a request whose answer is read no further. */
    end: () => {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
