import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

export interface Readiness {
  ready: boolean;
  /** Each part this process needs, and whether it is there. */
  parts: Record<string, boolean>;
  /** Milliseconds by which the clock of this host is ahead of another one's, by whose it is. Told with `?verbose`. */
  clock_ahead_ms?: Record<string, number>;
  /** Age of the oldest event that waits in the outbox, in milliseconds; 0 when none does. Told with `?verbose`. */
  outbox_age_ms?: number;
}

/** `/healthz` (the process lives), `/readyz` (it can work: 200 or 503; with `?verbose` more about it), `/metrics` (Prometheus), on a port of their own. */
export class Management {
  private constructor(private readonly server: Server) {}

  static async open(
    port: number,
    host: string,
    metrics: Metrics,
    readiness: (verbose: boolean) => Promise<Readiness>,
  ): Promise<Management> {
    const server = createServer((request, response) => {
      const json = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const [path, query] = request.url?.split('?') ?? [];
      if (path === '/healthz') json(200, { status: 'ok' });
      else if (path === '/readyz') {
        const verbose = query === 'verbose';
        void readiness(verbose).then(({ ready, parts, ...more }) =>
          json(ready ? 200 : 503, verbose ? { ready, parts, ...more } : { ready, parts }),
        );
      } else if (path === '/metrics')
        void metrics.registry.metrics().then((text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text));
      else json(404, { detail: 'Here are /healthz, /readyz and /metrics.' });
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
