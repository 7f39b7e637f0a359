export const help = `npm start [-- --split]

Starts all of Skep and runs until Ctrl-C. On a fresh clone it first installs and builds.

  --split   every service in a process of its own, as in Kubernetes (default: all in one)
  --help    this page

Settings, from the environment:
  PORT, HOST            where the public API listens (8080, 127.0.0.1)
  SKEP_DATA             the data folder (.data): databases, streams, mail, secrets.env
  DATABASE_URL          a Postgres to use instead of the embedded one, as a role that may create roles and databases
  NATS_URL              a NATS with JetStream to use instead of the embedded one, with the users of deploy/nats.conf
  SMTP_URL              where mail goes; without it every message is a file under SKEP_DATA/mail
  SKEP_SERVICE_TOKEN, SKEP_ADMIN_EMAIL, SKEP_ADMIN_PASSWORD and every other name in secrets.env
                        override what that file holds
  SKEP_RATE_LIMITS=off  for load tests; refused when NODE_ENV=production`;
