import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Forgets a person: what erase_person() does (libs/platform), and the rows of every table that has tenant_id and email. So whoever adds
 * a table with something personal in it names the column like this, and need not change anything here. Returns the person's address.
 *   audit_log  keeps its rows, which know the person by the id alone; their network addresses stay, for as long as the log does
 *   session    keeps those that have ended, without where and with what: gateways refuse their access tokens until they end
 */
export class Erasure1763769600222 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function erase_account(tenant text, person text) returns text language plpgsql as $$
      declare
        address text;
        place regclass;
      begin
        select email into address from account where id = person and tenant_id = tenant for update;
        if not found then return null; end if;
        delete from refresh_token where session_id in (select id from session where account_id = person);
        update session set ip = null, label = null where account_id = person;
        perform erase_person(tenant, person, array['session']);
        for place in
          select c.oid::regclass
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'email') and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by c.oid having count(*) = 2
        loop
          execute format('delete from %s where tenant_id = $1 and email = $2', place) using tenant, address;
        end loop;
        return address;
      end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function erase_account');
  }
}
