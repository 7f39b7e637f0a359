-- Keeps account_search, which finds accounts by a part of their id, e-mail address or name: docs/adr/0018-search-by-terms.md.
-- After a change of a text or of its terms a migration has to fill the table again.

-- What a search looks at, in lower case. Each part follows a blank: ' ad' is the beginning of one.
create or replace function searched_text(a account) returns text language sql immutable parallel safe as $$
  select lower(' ' || a.id || ' ' || a.email || coalesce(' ' || (a.attributes->>'first_name'), '') || coalesce(' ' || (a.attributes->>'last_name'), ''))
$$;

-- The terms of a text: a hash of each three adjacent characters. It includes the tenant, so that a search finds terms of its own tenant
-- only. Two terms can have the same hash, so a search compares the texts of the accounts that it finds. Null for a shorter text.
create or replace function search_terms(tenant text, searched text) returns integer[] language sql immutable parallel safe as $$
  select nullif(array(
    select distinct hashtext(tenant || ' ' || substr(searched, n, 3)) as term from generate_series(1, length(searched) - 2) n order by term), '{}')
$$;

create or replace function set_account_search() returns trigger language plpgsql as $$
begin
  insert into account_search (account_id, terms) values (new.id, search_terms(new.tenant_id, searched_text(new)))
    on conflict (account_id) do update set terms = excluded.terms;
  return null;
end $$;

create or replace trigger account_search after insert or update of email, attributes on account
  for each row execute function set_account_search();
