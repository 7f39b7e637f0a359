import { Problem } from '@skep/contracts';
import { RoutingTimeout, RoutingUnavailable } from '@skep/contracts/coach';
import { type Log, type Outbound, OutboundError } from '@skep/platform';
import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel';

const LIMITS = { timeoutMs: 10_000, maxBytes: 16 << 20, redirects: 0 };
/** After so many failures in a row the engine is left alone for a while. */
const FAILURES = 10;
const REST_MS = 5_000;

/** What an engine said. `json` is undefined if it is none. */
export interface Said {
  status: number;
  json: unknown;
}

/** Requests to the routing engine of the operator. */
export class EngineClient {
  private readonly breaker = circuitBreaker(
    handleWhen((error) => error instanceof Problem),
    { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );

  /** @param base the address of the engine, of the operator's settings */
  constructor(
    private readonly outbound: Outbound,
    private readonly base: string,
    private readonly log: Log,
    private readonly limits = LIMITS,
  ) {}

  /**
   * Sends JSON, or asks without a body.
   * @param path below the address of the engine
   * @throws Problem `routing_unavailable`; `routing_timeout`
   */
  async ask(path: string, body?: object): Promise<Said> {
    return this.breaker
      .execute(() => this.request(path, body))
      .catch((error: unknown) => {
        throw error instanceof BrokenCircuitError ? RoutingUnavailable() : error;
      });
  }

  /** What an engine says that no one can use: a fault of its settings, or of the request. */
  unusable({ status, json }: Said): Problem {
    this.log.error({ status, answer: JSON.stringify(json ?? null).slice(0, 500) }, 'the routing engine gave no usable answer');
    return RoutingUnavailable();
  }

  private async request(path: string, body?: object): Promise<Said> {
    const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
    const sent = { ...this.limits, headers, ...(body && { method: 'POST', body: JSON.stringify(body) }), ofOperator: true };
    const { status, bytes } = await this.outbound.fetch(`${this.base.replace(/\/+$/, '')}${path}`, sent).catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      this.log.warn({ error }, 'the routing engine does not answer');
      throw error.reason === 'time' ? RoutingTimeout() : RoutingUnavailable();
    });
    const said = { status, json: parse(bytes) };
    if (status >= 500 || status === 429) throw this.unusable(said);
    return said;
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
