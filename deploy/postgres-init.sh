#!/bin/bash
# The postgres image runs this once, when it makes its files: a role and a database for each service, which no other service may
# connect to. The passwords come from the environment.
set -euo pipefail

for service in auth_gateway registry marketplace billing developer_portal kernel; do
  psql --username="$POSTGRES_USER" --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=name="skep_$service" << SQL
    \getenv password ${service^^}_DATABASE_PASSWORD
    create role :"name" login password :'password';
    create database :"name" owner :"name";
    revoke connect, temporary on database :"name" from public;
SQL
done
