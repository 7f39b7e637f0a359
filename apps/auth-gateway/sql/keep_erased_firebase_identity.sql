-- Keeps a hash of each Firebase user whose row is deleted, with their account: an ID token of theirs creates no account again. The row is
-- deleted by erase_user() (libs/platform), and by nothing else.
create or replace function keep_erased_firebase_identity() returns trigger language plpgsql as $$
begin
  insert into erased_firebase_identity (hash) values (sha256(convert_to(old.project || E'\n' || old.subject, 'UTF8'))) on conflict do nothing;
  return null;
end $$;

create or replace trigger firebase_identity_erased after delete on firebase_identity for each row execute function keep_erased_firebase_identity();
