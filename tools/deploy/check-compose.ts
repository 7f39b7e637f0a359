import { parse } from 'yaml';
import { messageOf } from '../setup/fault.mjs';
import type { Config } from '../start/config-classes.ts';
import { databaseName, envName, services } from '../start/services.mjs';
import { schemaFaults } from './compose-schema.ts';
import { type DeploymentFiles, exists } from './files.ts';

const SECRET = /(PASSWORD|TOKEN|SECRET|_KEY)/;
/** ${NAME}, ${NAME:?message} or ${NAME:-default} */
const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** A service in docker-compose.yml. */
interface Service {
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
  privileged?: boolean;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  environment?: Record<string, string | number>;
  build?: { context: string; dockerfile: string };
  command?: string[];
  entrypoint?: string[];
  healthcheck?: { test?: string[] };
  ports?: string[];
}

interface Compose {
  services?: Record<string, Service>;
  volumes?: Record<string, unknown>;
}

type Services = Record<string, Service>;
/** The faults of a list of checks, each of which is a fault or false. */
const only = (checks: (string | false | undefined)[]): string[] => checks.filter((check) => typeof check === 'string');

/**
 * Checks docker-compose.yml against the Compose Specification and the services.
 * @param configs by app
 * @returns faults
 */
export function composeFaults(files: DeploymentFiles, configs: Record<string, Config>): string[] {
  const compose = parse(files['docker-compose.yml'], { merge: true }) as Compose;
  const all = compose.services ?? {};
  const faults = [...schemaFaults(compose)];
  for (const { name } of services) if (!all[name]) faults.push(`${name}: service is missing`);
  for (const [name, service] of Object.entries(all)) {
    const serviceFaults = [...hardening(service), ...dependencies(service, all), ...mounts(service, compose), ...secrets(service)];
    if (service.build) serviceFaults.push(...build(service.build), ...command(service));
    if (services.some((app) => app.name === name))
      serviceFaults.push(...environment(name, service, configs), ...ports(service, configs[name]));
    faults.push(...serviceFaults.map((fault) => `${name}: ${fault}`));
  }
  return [...faults, ...natsFaults(all, files['deploy/nats.conf']), ...postgresFaults(all)];
}

function hardening({ read_only, cap_drop = [], security_opt = [], restart, privileged, cap_add }: Service): string[] {
  return only([
    read_only !== true && 'its root file system is writable',
    !cap_drop.includes('ALL') && 'keeps capabilities',
    !security_opt.includes('no-new-privileges:true') && 'may gain privileges',
    Boolean(privileged || cap_add) && 'is privileged',
    !restart && 'is not restarted',
  ]);
}

function dependencies({ depends_on = {} }: Service, all: Services): string[] {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    if (!all[name]) return [`depends on ${name}, which is not a service`];
    if (condition !== 'service_healthy') return [`does not wait until ${name} is healthy`];
    return all[name].healthcheck?.test ? [] : [`waits for the health of ${name}, which has no health check`];
  });
}

function mounts({ volumes = [] }: Service, compose: Compose): string[] {
  return volumes.flatMap((volume) => {
    const [source = '', , mode] = volume.split(':');
    if (!source.startsWith('.')) return source in (compose.volumes ?? {}) ? [] : [`volume ${source} is not declared`];
    return only([!exists(source) && `mounts ${source}, which does not exist`, mode !== 'ro' && `may write ${source}`]);
  });
}

function secrets({ environment = {} }: Service): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!SECRET.test(name) && !/\/\/[^/]*:/.test(String(value).replace(VARIABLE, ''))) return [];
    const used = [...String(value).matchAll(VARIABLE)];
    if (used.length === 0) return SECRET.test(name) ? [`${name} contains a secret in plain text`] : [];
    return used
      .filter(([, , kind, text]) => !(kind === '?' && text) && !(kind === '-' && text === ''))
      .map(([whole]) => `${name}: ${whole} has a default or no message`);
  });
}

function build({ context, dockerfile }: Required<Service>['build']): string[] {
  return only([
    !exists(context) && `its context ${context} does not exist`,
    !exists(`${context}/${dockerfile}`) && `its ${dockerfile} does not exist`,
  ]);
}

function command({ command, entrypoint = command }: Service): string[] {
  const [program, file = ''] = entrypoint ?? [];
  const source = file.replace('/dist/', '/').replace(/\.js$/, '.ts');
  return only([(program !== 'node' || !exists(source)) && `runs ${entrypoint?.join(' ')}, which is not a file of the image`]);
}

function environment(name: string, { environment: env = {} }: Service, configs: Record<string, Config>): string[] {
  const config = configs[name];
  if (!config) return ['is not an app'];
  // Read by libraries: the exporter of traces, and the client of S3.
  const prefixes = ['OTEL_', ...(config.fields.includes('SKEP_OBJECTS') ? ['AWS_'] : [])];
  const faults = Object.keys(env)
    .filter((variable) => !config.fields.includes(variable) && !prefixes.some((prefix) => variable.startsWith(prefix)))
    .map((variable) => `sets ${variable}, which it does not read`);
  for (const variable of config.required) if (!(variable in env)) faults.push(`does not set ${variable}, which it needs`);
  if (env.NODE_ENV !== 'production') faults.push('does not run in production');
  try {
    config.read(Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, sample(value)])));
  } catch (error) {
    faults.push(messageOf(error));
  }
  return faults;
}

/** An example value for a variable. Secrets have 43 characters, like an encryption key. */
function sample(value: string | number): string {
  return String(value).replace(VARIABLE, (_, name: string, kind: string, text: string) => {
    if (name === 'SKEP_PAYMENTS') return 'off'; // has no default: the operator decides
    if (kind === '-') return text;
    if (/EMAIL/.test(name)) return 'ada@example.com';
    if (/URL$/.test(name)) return name === 'SMTP_URL' ? 'smtp://mail.example.com:587' : 'https://skep.example.com';
    return 's'.repeat(43);
  });
}

function ports({ environment: env = {}, healthcheck, ports = [] }: Service, config: Config | undefined): string[] {
  const faults: string[] = [];
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

function natsFaults({ nats, ...all }: Services, conf: string): string[] {
  const environment = nats?.environment ?? {};
  const faults = [...conf.matchAll(/\$(\w+_NATS_PASSWORD)/g)]
    .filter(([, name = '']) => !new RegExp(`^"\\$\\{${name}:\\?.+\\}"$`).test(String(environment[name])))
    .map(([, name]) => `nats: ${name} is missing, or not in quotes`);
  for (const { name } of services) {
    const { NATS_USER, NATS_PASSWORD, NATS_URL } = all[name]?.environment ?? {};
    if (!conf.includes(`user: ${name},`) || NATS_USER !== name)
      faults.push(`${name}: NATS_USER ${NATS_USER} is not its user in deploy/nats.conf`);
    if (!String(NATS_PASSWORD).startsWith(`\${${envName(name)}_NATS_PASSWORD:?`))
      faults.push(`${name}: NATS_PASSWORD is not the password of its user`);
    if (NATS_URL !== 'nats://nats:4222') faults.push(`${name}: NATS_URL ${NATS_URL} is not nats://nats:4222`);
  }
  return faults;
}

function postgresFaults({ postgres, ...all }: Services): string[] {
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
      return only(faults);
    });
}
