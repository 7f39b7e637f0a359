-- Each three adjacent characters of a word.
create or replace function word_grams(p_word text) returns text[] language sql immutable parallel safe as $$
  select array_agg(distinct substr(p_word, n, 3)) from generate_series(1, length(p_word) - 2) n
$$;
