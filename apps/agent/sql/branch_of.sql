-- The messages of the branch through a message: those before it, itself, and from there on the newest version of each.
create or replace function branch_of(p_conversation text, p_message text) returns table (id text) language sql stable as $$
  with recursive up as (
    select m.id, m.parent_id from message m where m.id = p_message and m.conversation_id = p_conversation
    union all
    select m.id, m.parent_id from up join message m on m.id = up.parent_id),
  down as (
    select (select m.id from message m where m.conversation_id = p_conversation and m.parent_id = p_message order by m.seq desc limit 1) as id
    union all
    select (select m.id from message m where m.conversation_id = p_conversation and m.parent_id = down.id order by m.seq desc limit 1)
      from down where down.id is not null)
  select up.id from up union all select down.id from down where down.id is not null
$$;
