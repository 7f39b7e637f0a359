import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics, StreamState } from './metrics.js';

/** The body of `/readyz`. */
export interface Readiness {
  ready: boolean;
  /** What this process depends on, and whether it works. */
  parts: Record<string, boolean>;
  /** For how long each part has been in its state, in milliseconds, as far as this process has seen. Only with `?verbose`. */
  for_ms?: Record<string, number>;
  /** The services, and whether each answers: `ready`, `not ready` (one of its processes) or `no answer`. Of the gateway, only with `?verbose`. */
  services?: Record<string, 'ready' | 'not ready' | 'no answer'>;
  /** Features that are off, and the settings that each needs. Only with `?verbose`. */
  not_configured?: Record<string, readonly string[]>;
  /** Milliseconds by which this host's clock is ahead of another one's, by the other's name. Only with `?verbose`. */
  clock_ahead_ms?: Record<string, number>;
  /** Age of the oldest unsent event in the outbox, in milliseconds; 0 if there is none. Only with `?verbose`. */
  outbox_age_ms?: number;
  /** How full the stream of events is. Only with `?verbose`. */
  stream?: StreamState;
  /** Events that its consumers have yet to consume, by their names. Only with `?verbose`. */
  consumer_lags?: Record<string, number>;
  /** The ids of the keys of SKEP_ENCRYPTION_KEY, the one that seals first. Only with `?verbose`. */
  encryption_keys?: string[];
  /** What needs an operator's attention although the process works, a sentence each. Only with `?verbose`. */
  warnings?: string[];
}

/** Remembers since when each part has been in its state. */
class PartHistory {
  private readonly states = new Map<string, { works: boolean; since: number }>();

  /** @returns for how long each part has been as it is now, in milliseconds */
  observe(parts: Readiness['parts']): Record<string, number> {
    const now = performance.now();
    return Object.fromEntries(
      Object.entries(parts).map(([name, works]) => {
        const last = this.states.get(name);
        const state = last?.works === works ? last : { works, since: now };
        this.states.set(name, state);
        return [name, Math.round(now - state.since)];
      }),
    );
  }
}

/**
 * The HTTP server of the management port: `/healthz` (the process runs), `/readyz` (200 if it can work, else 503; `?verbose` returns
 * all of `Readiness`) and `/metrics` (Prometheus).
 */
export class Management {
  private constructor(private readonly server: Server) {}

  /** Starts the server. @throws Error if the port is in use */
  static async open(
    port: number,
    host: string,
    metrics: Metrics,
    readiness: (verbose: boolean) => Promise<Readiness>,
  ): Promise<Management> {
    const history = new PartHistory();
    const server = createServer((request, response) => {
      const json = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const [path, query] = request.url?.split('?') ?? [];
      if (path === '/healthz') json(200, { status: 'ok' });
      else if (path === '/readyz') {
        const verbose = query === 'verbose';
        void readiness(verbose).then(({ ready, parts, ...details }) => {
          const for_ms = history.observe(parts);
          json(ready ? 200 : 503, verbose ? { ready, parts, for_ms, ...details } : { ready, parts });
        });
      } else if (path === '/metrics')
        void metrics.registry.metrics().then((text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text));
      else json(404, { detail: 'Not found. This port serves /healthz, /readyz and /metrics.' });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return new Management(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
