import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Forgets a person: the rows of every table that has a column account_id or user_id, and of every one that has tenant_id and email.
 * So whoever adds a table with something personal in it names the column like this, and need not change anything here.
 *   audit_log  keeps its rows, which know the person by the id alone; their network addresses stay, for as long as the log does
 *   session    keeps those that have ended, without where and with what: gateways refuse their access tokens until they end
 */
export class Erasure1763769600222 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function erase_account(tenant text, person text) returns void language plpgsql as $$
      declare
        address text;
        place record;
      begin
        select email into address from account where id = person and tenant_id = tenant for update;
        if not found then return; end if;
        delete from refresh_token where session_id in (select id from session where account_id = person);
        update session set ip = null, label = null where account_id = person;
        for place in
          select c.oid::regclass as name, array_agg(a.attname::text) as columns
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname not in ('session', 'audit_log')
           group by c.oid
        loop
          if 'account_id' = any(place.columns) then execute format('delete from %s where account_id = $1', place.name) using person; end if;
          if 'user_id' = any(place.columns) then execute format('delete from %s where user_id = $1', place.name) using person; end if;
          if array['tenant_id', 'email'] <@ place.columns then
            execute format('delete from %s where tenant_id = $1 and email = $2', place.name) using tenant, address;
          end if;
        end loop;
      end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function erase_account');
  }
}
