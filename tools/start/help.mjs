import { commonSettings, databaseSettings, describeSetting, launcherSettings, serviceSettings } from './service-settings.mjs';

const table = (/** @type {Readonly<Record<string, import('./services.mjs').Setting>>} */ settings) =>
  Object.entries(settings)
    .map(([name, setting]) => `  ${name.padEnd(32)}${describeSetting(setting)}`)
    .join('\n');

/** The output of `npm start -- --help`. */
export const help = `npm start [-- --split] [--demo]

Starts all of Skep and runs until Ctrl-C. On a fresh clone it first installs and builds.

  --split   run each service in a process of its own, as in Kubernetes (default: all services in one process)
  --demo    fill a new installation with people, apps and what they did with them, to look at
  --help    print this help

Settings are environment variables, listed with their defaults in brackets. Generated secrets, and the passwords of Postgres and NATS, are stored in
SKEP_DATA/secrets.env; environment variables override that file. The OTEL_* variables of OpenTelemetry reach every service: see Traces in
docs/operations.md.

${table(launcherSettings)}

Every service
${table({ ...commonSettings, ...databaseSettings })}
${Object.entries(serviceSettings)
  .map(([name, settings]) => `\n${name}\n${table(settings)}`)
  .join('\n')}`;
