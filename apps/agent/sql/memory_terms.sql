-- The hashes of the words of a text, and of where it belongs. They differ from those of other owners.
create or replace function memory_terms(p_owner text, p_text text, p_places text[]) returns integer[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct hashtext(p_owner || ' ' || term)), '{}')
    from (select lexeme as term from unnest(to_tsvector('english', p_text)) union all select unnest(p_places)) each_term
$$;
