import { parse } from 'yaml';
import { databaseName, envName, services } from '../start/services.mjs';
import { schemaFaults } from './compose-schema.mjs';
import { exists } from './files.mjs';

const SECRET = /(PASSWORD|TOKEN|SECRET|_KEY)/;
/** ${NAME}, ${NAME:?message} or ${NAME:-default} */
const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/**
 * Checks docker-compose.yml against the Compose Specification and the services.
 * @param {Record<string, string>} files see deploymentFiles
 * @param {Record<string, import('../start/config-classes.mjs').Config>} configs by app
 * @returns {string[]} faults
 */
export function composeFaults(files, configs) {
  const compose = parse(files['docker-compose.yml'], { merge: true });
  const all = compose.services ?? {};
  const faults = [...schemaFaults(compose)];
  for (const { name } of services) if (!all[name]) faults.push(`${name}: service is missing`);
  for (const [name, service] of Object.entries(all)) {
    const serviceFaults = [...hardening(service), ...dependencies(service, all), ...mounts(service, compose), ...secrets(service)];
    if (service.build)
      serviceFaults.push(...build(name, service), ...environment(name, service, configs), ...ports(service, configs[name]));
    faults.push(...serviceFaults.map((fault) => `${name}: ${fault}`));
  }
  return [...faults, ...natsFaults(all, files['deploy/nats.conf']), ...postgresFaults(all)];
}

function hardening({ read_only, cap_drop = [], security_opt = [], restart, privileged, cap_add }) {
  return [
    read_only !== true && 'its root file system is writable',
    !cap_drop.includes('ALL') && 'keeps capabilities',
    !security_opt.includes('no-new-privileges:true') && 'may gain privileges',
    (privileged || cap_add) && 'is privileged',
    !restart && 'is not restarted',
  ].filter(Boolean);
}

function dependencies({ depends_on = {} }, all) {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    if (!all[name]) return [`depends on ${name}, which is not a service`];
    if (condition !== 'service_healthy') return [`does not wait until ${name} is healthy`];
    return all[name].healthcheck?.test ? [] : [`waits for the health of ${name}, which has no health check`];
  });
}

function mounts({ volumes = [] }, compose) {
  return volumes.flatMap((volume) => {
    const [source, , mode] = volume.split(':');
    if (!source.startsWith('.')) return source in (compose.volumes ?? {}) ? [] : [`volume ${source} is not declared`];
    return [!exists(source) && `mounts ${source}, which does not exist`, mode !== 'ro' && `may write ${source}`].filter(Boolean);
  });
}

function secrets({ environment = {} }) {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!SECRET.test(name) && !/\/\/[^/]*:/.test(String(value).replace(VARIABLE, ''))) return [];
    const used = [...String(value).matchAll(VARIABLE)];
    if (used.length === 0) return SECRET.test(name) ? [`${name} contains a secret in plain text`] : [];
    return used
      .filter(([, , kind, text]) => !(kind === '?' && text) && !(kind === '-' && text === ''))
      .map(([whole]) => `${name}: ${whole} has a default or no message`);
  });
}

function build(name, { build: { context, dockerfile, args }, command, entrypoint }) {
  return [
    !exists(context) && `its context ${context} does not exist`,
    !exists(`${context}/${dockerfile}`) && `its ${dockerfile} does not exist`,
    args?.APP !== name && `is built as ${args?.APP}`,
    !exists(`apps/${args?.APP}/src/main.ts`) && `apps/${args?.APP}/src/main.ts does not exist`,
    (command || entrypoint) && 'overrides the command of the image',
  ].filter(Boolean);
}

function environment(name, { environment: env = {} }, configs) {
  const config = configs[name];
  if (!config) return ['is not an app'];
  const faults = Object.keys(env)
    .filter((variable) => !config.fields.includes(variable))
    .map((variable) => `sets ${variable}, which it does not read`);
  for (const variable of config.required) if (!(variable in env)) faults.push(`does not set ${variable}, which it needs`);
  if (env.NODE_ENV !== 'production') faults.push('does not run in production');
  try {
    config.read(Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, sample(value)])));
  } catch (error) {
    faults.push(error.message);
  }
  return faults;
}

/** An example value for a variable. Secrets have 43 characters, like an encryption key. */
function sample(value) {
  return String(value).replace(VARIABLE, (_, name, kind, text) => {
    if (name === 'SKEP_PAYMENTS') return 'off'; // has no default: the operator decides
    if (kind === '-') return text;
    if (/EMAIL/.test(name)) return 'ada@example.com';
    if (/URL$/.test(name)) return name === 'SMTP_URL' ? 'smtp://mail.example.com:587' : 'https://skep.example.com';
    return 's'.repeat(43);
  });
}

function ports({ environment: env, healthcheck, ports = [] }, config) {
  const faults = [];
  const { MANAGEMENT_PORT, PORT } = config?.defaults ?? {};
  if (env.MANAGEMENT_PORT !== MANAGEMENT_PORT) faults.push(`MANAGEMENT_PORT is ${env.MANAGEMENT_PORT}, its default is ${MANAGEMENT_PORT}`);
  if (!healthcheck?.test?.join(' ').includes(`127.0.0.1:${env.MANAGEMENT_PORT}/readyz`))
    faults.push('its health check does not use its management port');
  if (PORT === undefined) return ports.length ? [...faults, 'publishes a port'] : faults;
  if (env.PORT !== PORT) faults.push(`PORT is ${env.PORT}, its default is ${PORT}`);
  if (env.HOST !== '0.0.0.0') faults.push('does not listen on 0.0.0.0, so the published port does not reach it');
  if (Number(ports[0]?.split(':').at(-1)) !== env.PORT) faults.push(`publishes ${ports[0]}, but listens on ${env.PORT}`);
  return faults;
}

function natsFaults({ nats, ...all }, conf) {
  const environment = nats?.environment ?? {};
  const faults = [...conf.matchAll(/\$(\w+_NATS_PASSWORD)/g)]
    .filter(([, name]) => !new RegExp(`^"\\$\\{${name}:\\?.+\\}"$`).test(environment[name]))
    .map(([, name]) => `nats: ${name} is missing, or not in quotes`);
  for (const { name } of services) {
    const { NATS_USER, NATS_PASSWORD, NATS_URL } = all[name]?.environment ?? {};
    if (!conf.includes(`user: ${name},`) || NATS_USER !== name)
      faults.push(`${name}: NATS_USER ${NATS_USER} is not its user in deploy/nats.conf`);
    if (!NATS_PASSWORD?.startsWith(`\${${envName(name)}_NATS_PASSWORD:?`))
      faults.push(`${name}: NATS_PASSWORD is not the password of its user`);
    if (NATS_URL !== 'nats://nats:4222') faults.push(`${name}: NATS_URL ${NATS_URL} is not nats://nats:4222`);
  }
  return faults;
}

function postgresFaults({ postgres, ...all }) {
  return services
    .filter(({ database }) => database)
    .flatMap(({ name }) => {
      const database = databaseName(name);
      const roles = { DATABASE: database, DATABASE_OWNER: `${database}_owner` };
      const faults = Object.entries(roles).flatMap(([as, role]) => {
        const secret = `${envName(name)}_${as}_PASSWORD`;
        const password = `\${${secret}:?set ${secret}}`;
        const url = `postgres://${role}:${password}@postgres:5432/${database}`;
        return [
          all[name]?.environment?.[`${as}_URL`] !== url && `${name}: ${as}_URL is not ${url}`,
          postgres?.environment?.[secret] !== password && `postgres: ${secret} is not set`,
        ];
      });
      return faults.filter(Boolean);
    });
}
