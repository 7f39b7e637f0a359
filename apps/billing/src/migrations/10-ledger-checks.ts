import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * check_ledger() runs every function without arguments whose name begins with ledger_check_. To add a check, add a stable function that
 * returns (violation, subject, detail), one row per violation; no other function changes.
 */
export class LedgerChecks1763769600110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter function check_entries() rename to ledger_check_entries;
      alter function check_holds() rename to ledger_check_holds;

      -- Stable, like its parts, so that all of them read the same snapshot.
      create or replace function check_ledger() returns table (violation text, subject text, detail text) language plpgsql stable as $$
      declare
        v_check regproc;
      begin
        for v_check in
          select oid from pg_proc
           where starts_with(proname, 'ledger_check_') and pronargs = 0 and pg_function_is_visible(oid) order by proname
        loop
          return query execute format('select violation, subject, detail from %s()', v_check);
        end loop;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter function ledger_check_entries() rename to check_entries;
      alter function ledger_check_holds() rename to check_holds;
      create or replace function check_ledger() returns table (violation text, subject text, detail text) language sql stable as $$
        select * from check_entries() union all select * from check_holds();
      $$;
    `);
  }
}
