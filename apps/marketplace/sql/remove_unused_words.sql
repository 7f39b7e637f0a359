-- Removes words of the vocabulary that no listing contains: checks at most at_most of those that were not checked for a time of age. Returns how
-- many were removed. A word is locked before its listings are read, and vocabulary.repository.ts touches every word that it adds: so a
-- listing that is saved meanwhile keeps its words. A word from which the parser makes no query is kept.
create or replace function remove_unused_words(age interval, at_most integer) returns bigint language plpgsql as $$
declare
  words text[] := array(
    select word from vocabulary where checked_at < now() - age order by checked_at limit at_most for update skip locked);
  unused text[] := array(
    select w.word from unnest(words) as w (word)
     where numnode(plainto_tsquery('simple', w.word)) > 0
       and not exists (select from listing l where not l.system and l.document @@ plainto_tsquery('simple', w.word)));
begin
  delete from vocabulary where word = any (unused);
  update vocabulary set checked_at = now() where word = any (words);
  return cardinality(unused);
end $$;
