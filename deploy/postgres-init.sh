#!/bin/bash
# The postgres image runs this once, when it initialises its data folder. Creates for each service a database to which no other service may
# connect, the role that owns its tables, and the role of the service. Passwords come from the environment.
set -euo pipefail

for variable in $(compgen -e | grep '_DATABASE_OWNER_PASSWORD$'); do
  service=${variable%_DATABASE_OWNER_PASSWORD}
  service=${service,,}
  psql --username="$POSTGRES_USER" --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --set=name="skep_$service" --set=owner="skep_${service}_owner" << SQL
    \getenv password ${service^^}_DATABASE_PASSWORD
    \getenv owner_password ${service^^}_DATABASE_OWNER_PASSWORD
    create role :"name" login password :'password';
    create role :"owner" login password :'owner_password';
    create database :"name" owner :"owner";
    revoke connect, temporary on database :"name" from public;
    grant connect on database :"name" to :"name";
SQL
done
