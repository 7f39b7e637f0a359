import { commonSettings, launcherSettings, serviceSettings } from './service-settings.mjs';

const table = (settings) =>
  Object.entries(settings)
    .map(([name, about]) => `  ${name.padEnd(30)}${about}`)
    .join('\n');

/** What `npm start -- --help` prints. */
export const help = `npm start [-- --split]

Starts all of Skep and runs until Ctrl-C. On a fresh clone it first installs and builds.

  --split   every service in a process of its own, as in Kubernetes (default: all in one)
  --help    this page

Settings come from the environment, each shown with its default. What is generated, and the passwords of Postgres and NATS, are
kept in SKEP_DATA/secrets.env; the environment goes before that file.

${table(launcherSettings)}

Every service
${table(commonSettings)}
${Object.entries(serviceSettings)
  .map(([name, settings]) => `\n${name}\n${table(settings)}`)
  .join('\n')}`;
