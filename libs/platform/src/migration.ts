import { createHash } from 'node:crypto';

/**
 * One change of a service's tables, constraints, indexes or seed rows. Functions, triggers and views are files of `sql/`.
 * Once it is released its text is frozen: databases have it, and a service refuses to start on a database that has it with another text.
 */
export abstract class Migration {
  abstract readonly sql: string;
  /** Why copies of the release before can work beside it, although it removes or restricts something. Without a reason CI refuses that. */
  readonly olderCopies?: string;
}

/** Migrations, in their order. The name of the class is the name of the migration. */
export type Migrations = readonly (new () => Migration)[];

/** The SHA-256 hashes of the migrations' texts by their names, in their order. */
export const hashesOf = (migrations: Migrations): Record<string, string> =>
  Object.fromEntries(migrations.map((migration) => [migration.name, hashOf(new migration().sql)]));

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
