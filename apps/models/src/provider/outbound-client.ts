import { Outbound } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { lookup } from 'node:dns';
import { ModelsConfig } from '../models.config.js';
import type { Endpoint } from './providers.js';

const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/** An answer lasts as long as a model speaks, and many people have a key of the same provider. */
const CONNECTIONS = 1_000;

/** The client for requests to providers. Redirects are followed nowhere, because a request has a key. */
@Injectable()
export class OutboundClient extends Outbound {
  constructor(config: ModelsConfig) {
    super(config.SKEP_OUTBOUND_ALLOW, lookup, CONNECTIONS);
  }

  /** How an endpoint is reached: one of the operator directly, one of a person or tenant as SKEP_OUTBOUND_ALLOW says. */
  fetchFor({ isForeign }: Pick<Endpoint, 'isForeign'>, timeoutMs: number): typeof fetch {
    if (!isForeign) return (address, init) => fetch(address, { ...init, redirect: 'error' });
    return async (address, { method = 'GET', headers, body, signal } = {}) => {
      const answer = await this.open(String(address instanceof Request ? address.url : address), {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...((typeof body === 'string' || body instanceof Uint8Array) && { body }),
        ...(signal && { signal }),
        timeoutMs,
        maxBytes: ANSWER_BYTES_MAX,
        redirects: 0,
      });
      const { status } = answer;
      return new Response(ReadableStream.from(answer.body) as ReadableStream<Uint8Array>, { status, headers: answer.headers });
    };
  }
}
