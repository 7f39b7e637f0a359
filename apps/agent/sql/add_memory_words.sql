-- Adds the words of texts that their owner has not used before, by each three of their characters.
create or replace function add_memory_words(p_tenant text, p_user text, p_texts text[]) returns void language sql as $$
  insert into memory_word (tenant_id, user_id, gram, word)
  select p_tenant, p_user, gram, word
    from (select distinct lexeme as word from unnest(p_texts) each_text, unnest(to_tsvector('english', each_text)) where length(lexeme) between 3 and 40) new
         cross join lateral unnest(word_grams(word)) gram
   where not exists (select from memory_word known
                      where (known.tenant_id, known.user_id, known.gram, known.word) = (p_tenant, p_user, left(new.word, 3), new.word))
   order by gram, word
  on conflict do nothing
$$;
