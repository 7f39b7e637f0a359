-- Keeps race_search, which finds races by their words and, if they are misspelt, by parts of them: docs/adr/0018-search-by-terms.md.
-- After a change of a text or of its terms a migration has to fill the table again.

-- A text in lower case and without accents.
create or replace function folded(searched text) returns text language sql immutable parallel safe as $$
  select regexp_replace(normalize(lower(searched), NFD), U&'[\0300-\036F]', '', 'g')
$$;

-- The hashes of the words of a text. They include the tenant, so that a search finds races of its own tenant only.
create or replace function race_words(tenant text, searched text) returns integer[] language sql immutable parallel safe as $$
  select coalesce(array_agg(hashtext(tenant || ' ' || lexeme)), '{}') from unnest(to_tsvector('english', folded(searched)))
$$;

-- The hashes of each three adjacent characters of the words of a text, which begin and end with a blank.
create or replace function race_grams(tenant text, searched text) returns integer[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct hashtext(tenant || ' ~' || substr(' ' || word || ' ', n, 3))), '{}')
    from regexp_split_to_table(folded(searched), '[^[:alnum:]]+') word cross join lateral generate_series(1, length(word)) n
$$;

create or replace function set_race_search() returns trigger language plpgsql as $$
begin
  insert into race_search (race_id, terms)
  values (new.id,
          race_words(new.tenant_id, concat_ws(' ', new.name, new.place, new.country, replace(new.sport, '_', ' '), new.description))
            || race_grams(new.tenant_id, concat_ws(' ', new.name, new.place)))
    on conflict (race_id) do update set terms = excluded.terms;
  return null;
end $$;

create or replace trigger race_search after insert or update of name, place, country, sport, description on race
  for each row execute function set_race_search();
