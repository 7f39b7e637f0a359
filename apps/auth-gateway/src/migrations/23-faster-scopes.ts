import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The same results as in 21-roles-and-scopes.ts, with a fast path for the common cases, because a cascade calls this for every user of a role. */
export class FasterScopes1763769600223 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function scopes_cover(held text[], wanted text[]) returns boolean language sql immutable strict parallel safe as $$
        select held @> wanted or not exists (
          select from unnest(wanted) w where not exists (select from unnest(held) h where scope_covers(h, w)))
      $$;

      create or replace function effective_scopes(tenant text, role_scopes text[], granted text[], denied text[]) returns text[]
      language plpgsql stable as $$
      begin
        if denied = '{}' then
          return (select coalesce(array_agg(distinct s order by s), '{}') from unnest(role_scopes || granted) s);
        end if;
        return (
          with held as (
            select s, false as by_name from unnest(role_scopes) s union select s, true from unnest(granted) s
          ), kept as (
            select s, exists (select from unnest(denied) d where scope_covers(s, d)) as partly_denied
              from held
             where not exists (select from unnest(denied) d where scope_covers(d, s) and (scope_covers(s, d) or not by_name))
          )
          select coalesce(array_agg(distinct s order by s), '{}') from (
            select s from kept where not partly_denied
            union all
            select c.name from kept join scope c on c.tenant_id in (tenant, '_platform_') and scope_covers(kept.s, c.name)
             where partly_denied and not exists (select from unnest(denied) d where scope_covers(d, c.name) and not scope_covers(d, kept.s))
          ) effective);
      end $$;`);
  }

  /** The functions stay: they give the same results. */
  async down(): Promise<void> {}
}
