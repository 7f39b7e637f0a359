import { databaseName, envName } from '../start/services.mjs';
import { replacePart } from './parts.ts';
import type { ServiceInfo } from './services.ts';

const BEGIN = '  # begin: npm run generate';
const END = '  # end: npm run generate';
/** Optional for a process, but a deployment without them is of no use: its links name a host that no one else reaches, and no one can sign in. */
const REQUIRED: Readonly<Record<string, string>> = {
  SKEP_PUBLIC_URL: 'set SKEP_PUBLIC_URL to the address that people open',
  SKEP_ADMIN_EMAIL: 'set SKEP_ADMIN_EMAIL',
  SKEP_ADMIN_PASSWORD: 'set SKEP_ADMIN_PASSWORD',
  SMTP_URL: 'set SMTP_URL',
};
/** Settings that the file sets for containers itself, or that have no use in one. */
const FIXED: Readonly<Record<string, string | number | null>> = {
  HOST: '0.0.0.0',
  PORT: 8080,
  SKEP_DATA: null,
  SKEP_OBJECTS: '${SKEP_OBJECTS:-file:/files}',
};
/** For those who read or write files: the volume with them, and the credentials of S3. */
const FILES_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'];

/** Replaces the services of `docker-compose.yml`, and the passwords of Postgres and NATS. */
export function compose(text: string, services: readonly ServiceInfo[]): string {
  const withServices = replacePart(
    text,
    BEGIN,
    END,
    [...services]
      .reverse()
      .map((service) => entry(service, services))
      .join('\n'),
  );
  return [
    [
      'postgres',
      services
        .filter(({ database }) => database)
        .flatMap(({ name }) => ['DATABASE_PASSWORD', 'DATABASE_OWNER_PASSWORD'].map((kind) => secret(name, kind))),
    ],
    ['nats', services.map(({ name }) => secret(name, 'NATS_PASSWORD', (value) => `'"${value}"'`))],
  ].reduce<string>(
    (result, [name, lines]) =>
      replacePart(
        result,
        `${IN_ENVIRONMENT}# begin: npm run generate (${name as string})`,
        `${IN_ENVIRONMENT}# end: npm run generate (${name as string})`,
        (lines as string[]).join('\n'),
      ),
    withServices,
  );
}

const IN_ENVIRONMENT = ' '.repeat(6);
const variable = (name: string, message = `set ${name}`) => `\${${name}:?${message}}`;

function secret(service: string, kind: string, quote = (value: string) => value): string {
  const name = `${envName(service)}_${kind}`;
  return `${IN_ENVIRONMENT}${name}: ${quote(variable(name))}`;
}

function entry({ name, database, outgoing, settings }: ServiceInfo, services: readonly ServiceInfo[]): string {
  const databaseUrl = (owner: '' | '_OWNER') =>
    `postgres://${databaseName(name)}${owner.toLowerCase()}:${variable(`${envName(name)}_DATABASE${owner}_PASSWORD`)}@postgres:5432/${databaseName(name)}`;
  const environment: Record<string, string | number> = {
    ...(database && { DATABASE_URL: databaseUrl(''), DATABASE_OWNER_URL: databaseUrl('_OWNER') }),
    NATS_USER: name,
    NATS_PASSWORD: variable(`${envName(name)}_NATS_PASSWORD`),
    ...(database && { SKEP_STREAM_MAX_BYTES: '${SKEP_STREAM_MAX_BYTES:-}' }),
  };
  for (const [setting, { required }] of Object.entries(settings)) {
    const fixed = FIXED[setting];
    if (fixed === null) continue;
    const message = REQUIRED[setting] ?? (required && `set ${setting}`);
    environment[setting] = fixed ?? (message ? variable(setting, message) : `\${${setting}:-}`);
  }
  const hasFiles = 'SKEP_OBJECTS' in settings;
  if (hasFiles) for (const name of FILES_VARIABLES) environment[name] = `\${${name}:-}`;
  return [
    `  ${name}:`,
    '    <<: *service',
    `    command: [node, apps/${name}/dist/src/main.js]`,
    '    environment:',
    '      <<: *environment',
    ...Object.entries(environment).map(([setting, value]) => `      ${setting}: ${value}`),
    ...(hasFiles ? ['    volumes: [files:/files]'] : []),
    ...(database ? [] : ["    ports: ['${HOST:-127.0.0.1}:${PORT:-8080}:8080']"]),
    ...(database && !outgoing.length ? [] : ['    networks: [inside, outside]']),
    ...(database
      ? []
      : [
          '    depends_on:',
          '      nats: *healthy',
          ...services.filter((other) => other.database).map((other) => `      ${other.name}: *healthy`),
        ]),
    '',
  ].join('\n');
}
