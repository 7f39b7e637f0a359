import { hashesOf, platformMigrations, tablesOf } from '@skep/platform';
import { readServices } from './services.ts';

/** The hashes of the migrations of each service by their names, in their order. */
export type Hashes = Record<string, Record<string, string>>;

/** The hashes of all migrations, those of the platform first. */
export async function readHashes(): Promise<Hashes> {
  const hashes: Hashes = { platform: hashesOf(platformMigrations) };
  for (const service of await readServices()) hashes[service.name] = hashesOf((await tablesOf(service)).migrations);
  return hashes;
}

/** What is wrong with migrations that databases have: with each that was changed or removed, or that a new one precedes. */
export function migrationFaults(frozen: Hashes, current: Hashes): string[] {
  return Object.entries(frozen).flatMap(([service, hashes]) => {
    const found = current[service] ?? {};
    return Object.entries(hashes).flatMap(([name, hash], index) => {
      const at = `The migration ${name} of ${service}`;
      if (!found[name]) return [`${at} was removed or renamed, but databases have it: restore it.`];
      if (found[name] !== hash)
        return [
          `${at} was changed, but databases have it as it was: restore its text, and write a new migration instead. If it was never merged, delete its line in deploy/migrations.json and run npm run generate.`,
        ];
      const before = Object.keys(found)[index];
      return before === name
        ? []
        : [`${at} comes after ${before}, which is newer: rename the file of the newer one, so that it is the last.`];
    });
  });
}
