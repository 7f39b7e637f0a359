#!/bin/bash
# Creates for each service a database to which no other service may connect, the role that owns its tables, the role of the service, and one
# with its password that may read what the service shows it (docs/adr/0038), as far as they do not exist. Passwords come from the environment. The postgres image runs it once, when it initialises its data folder; the
# chart runs it before each installation and upgrade.
set -euo pipefail

for variable in $(compgen -e | grep '_DATABASE_OWNER_PASSWORD$'); do
  service=${variable%_DATABASE_OWNER_PASSWORD}
  service=${service,,}
  psql --username="$POSTGRES_USER" --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --set=name="skep_$service" --set=owner="skep_${service}_owner" --set=reader="skep_${service}_reader" << SQL
    \getenv password ${service^^}_DATABASE_PASSWORD
    \getenv owner_password ${service^^}_DATABASE_OWNER_PASSWORD
    select format('create role %I login password %L', :'name', :'password') where to_regrole(quote_ident(:'name')) is null \gexec
    select format('create role %I login password %L', :'owner', :'owner_password') where to_regrole(quote_ident(:'owner')) is null \gexec
    select format('create role %I login password %L', :'reader', :'password') where to_regrole(quote_ident(:'reader')) is null \gexec
    select format('grant %I to current_user', :'owner') where not (select rolsuper from pg_roles where rolname = current_user) \gexec
    select format('create database %I owner %I', :'name', :'owner')
     where not exists (select from pg_database where datname = :'name') \gexec
    revoke connect, temporary on database :"name" from public;
    grant connect on database :"name" to :"name", :"reader";
SQL
done
