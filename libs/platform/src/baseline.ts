import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first migration of a service: its tables with their constraints and indexes. Functions and triggers are files of `sql/`. */
export abstract class Baseline implements MigrationInterface {
  protected abstract readonly sql: string;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.sql);
  }

  /** @throws Error always: without its tables there is no service. */
  down(): never {
    throw new Error('A baseline cannot be reverted: drop the database instead.');
  }
}
