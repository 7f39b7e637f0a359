-- Keeps account.scopes equal to effective_scopes() of the account.
create or replace function set_account_scopes() returns trigger language plpgsql as $$
begin
  new.scopes := effective_scopes(new.tenant_id, new.role_scopes, new.granted_scopes, new.denied_scopes);
  return new;
end $$;

create or replace trigger account_scopes before insert or update of role_scopes, granted_scopes, denied_scopes on account
  for each row execute function set_account_scopes();
