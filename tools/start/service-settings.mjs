import { common, services } from './services.mjs';

/** @typedef {import('./services.mjs').Setting} Setting */

/** What `npm start` sets itself where the operator sets nothing. @type {Readonly<Record<string, string>>} */
const SET_BY_START = {
  SKEP_SERVICE_TOKEN: 'generated',
  SKEP_ENCRYPTION_KEY: 'generated',
  SKEP_ADMIN_EMAIL: 'admin@skep.local',
  SKEP_ADMIN_PASSWORD: 'generated',
  SKEP_DRAIN_SECONDS: '0',
};

/** Settings of the connections and ports that `npm start` gives to the services. */
const INTERNAL = new Set(
  'DATABASE_URL DATABASE_OWNER_URL NATS_URL NATS_USER NATS_PASSWORD MANAGEMENT_PORT MANAGEMENT_HOST PORT HOST SKEP_DATA'.split(' '),
);

/** The settings that an operator may change, with the defaults under `npm start`. @param {Record<string, Setting>} settings */
export const settable = (settings) =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([name]) => !INTERNAL.has(name))
      .map(([name, setting]) => [name, { ...setting, ...(name in SET_BY_START && { default: SET_BY_START[name] }) }]),
  );

/** The settings of every process. */
export const commonSettings = settable(common.process);

/** The settings of every service with a database. */
export const databaseSettings = settable(common.database);

/**
 * The settings of each service. A service gets only its own settings, so a secret reaches only the service that needs it.
 * @type {Readonly<Record<string, Readonly<Record<string, Setting>>>>}
 */
export const serviceSettings = Object.fromEntries(services.map(({ name, settings }) => [name, settable(settings)]));

/** The settings of `npm start` itself. @type {Readonly<Record<string, Setting>>} */
export const launcherSettings = {
  PORT: { default: '8080', description: 'Port of the public API.' },
  HOST: { default: '127.0.0.1', description: 'Address of the public API; 0.0.0.0 for all.' },
  SKEP_DATA: { default: '.data', description: 'Data folder: databases, streams, e-mails (mail/*.eml), logs, secrets.env.' },
  DATABASE_URL: { description: 'Another Postgres than the embedded one, with a role that may create roles and databases.' },
  NATS_URL: { description: 'Another NATS than the embedded one, with JetStream and the users of deploy/nats.conf.' },
};

/** The settings of `npm run skep`, to reach an installation other than the one in this checkout. @type {Readonly<Record<string, Setting>>} */
export const operatorSettings = {
  SKEP_URL: { description: 'URL of its public API.' },
  SKEP_SERVICE_TOKEN: { description: 'One of its service tokens.' },
  NATS_URL: { description: 'Its NATS.' },
  OPERATOR_NATS_PASSWORD: { description: 'Password of the NATS user operator.' },
};

/** A setting in one line, for `--help`. @param {Setting} setting */
export const describeSetting = ({ default: initial, description }) => (initial ? `${description} [${initial}]` : description);

/**
 * The settings of a service, out of everything that is set.
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
export function pickSettings(name, env) {
  const database = services.find((service) => service.name === name)?.database;
  const names = Object.keys({ ...commonSettings, ...(database && databaseSettings), ...serviceSettings[name] });
  return Object.fromEntries(names.flatMap((setting) => (env[setting] === undefined ? [] : [[setting, env[setting]]])));
}
