/** Runs after the last test, failed or not. */
export default async function globalTeardown() {
  await globalThis.skepTestPostgres.stop();
}
