import { commonSettings, serviceSettings } from './service-settings.mjs';

const table = (settings) =>
  Object.entries(settings)
    .map(([name, about]) => `  ${name.padEnd(30)}${about}`)
    .join('\n');

const launcher = {
  PORT: '8080; where the public API listens',
  HOST: '127.0.0.1; its address, 0.0.0.0 for all',
  SKEP_DATA: '.data; the data folder: databases, streams, mail, logs, secrets.env',
  DATABASE_URL: 'a Postgres instead of the embedded one, as a role that may create roles and databases',
  NATS_URL: 'a NATS with JetStream instead of the embedded one, with the users of deploy/nats.conf',
};

/** What `npm start -- --help` prints. */
export const help = `npm start [-- --split]

Starts all of Skep and runs until Ctrl-C. On a fresh clone it first installs and builds.

  --split   every service in a process of its own, as in Kubernetes (default: all in one)
  --help    this page

Settings come from the environment, each shown with its default. What is generated, and the passwords of Postgres and NATS, are
kept in SKEP_DATA/secrets.env; the environment goes before that file.

${table(launcher)}

Every service
${table(commonSettings)}
${Object.entries(serviceSettings)
  .map(([name, settings]) => `\n${name}\n${table(settings)}`)
  .join('\n')}`;
