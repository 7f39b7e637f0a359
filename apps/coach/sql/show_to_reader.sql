-- The role for SQL that a language model writes may read these views, and nothing else.
do $$ declare reader text := current_database() || '_reader'; begin
  if to_regrole(quote_ident(reader)) is not null then
    execute format('grant select on my_activities, my_days, my_sleep to %I', reader);
  end if;
end $$;
