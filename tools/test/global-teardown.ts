import type { Server } from '../start/embedded-server.ts';

/** Runs after the last test, failed or not. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as unknown as { skepTestPostgres: Server }).skepTestPostgres.stop();
}
