import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { envName, services } from './services.mjs';

// Starts with a letter: nats-server parses a password that starts like a number as a number.
const generatePassword = () => `s${randomBytes(20).toString('hex')}`;

/** Secrets that data depends on or that people have: what opens the databases, the first administrator, the service token. */
const lasting: Record<string, () => string> = {
  SKEP_SERVICE_TOKEN: () => `skep_svc_${randomBytes(32).toString('base64url')}`,
  SKEP_ADMIN_EMAIL: () => 'admin@skep.local',
  SKEP_ADMIN_PASSWORD: () => randomBytes(18).toString('base64url'),
  SKEP_ENCRYPTION_KEY: () => randomBytes(32).toString('base64url'),
  POSTGRES_PASSWORD: generatePassword,
};

/** Passwords that every start sets in Postgres and NATS, so that a release with a new service can generate those of the service. */
const passwords: Record<string, () => string> = {
  OPERATOR_NATS_PASSWORD: generatePassword,
  ...Object.fromEntries(
    services
      .filter((s) => s.database)
      .flatMap((s) => ['DATABASE_PASSWORD', 'DATABASE_OWNER_PASSWORD'].map((suffix) => [`${envName(s.name)}_${suffix}`, generatePassword])),
  ),
  ...Object.fromEntries(services.map((s) => [`${envName(s.name)}_NATS_PASSWORD`, generatePassword])),
};

const generators = { ...lasting, ...passwords };

const header = `# The secrets of this installation, generated on the first start. The databases cannot be opened without this file.
# Environment variables of the same name override it.
`;

type Known = 'SKEP_SERVICE_TOKEN' | 'SKEP_ADMIN_EMAIL' | 'SKEP_ADMIN_PASSWORD' | 'POSTGRES_PASSWORD' | 'OPERATOR_NATS_PASSWORD';

/** Every secret by name. */
export type Secrets = Record<string, string> & Record<Known, string>;

/**
 * Every secret by name: from the environment, else from secrets.env, else generated. `save` writes the generated ones to secrets.env.
 * @param data the data folder
 * @throws Fault if a lasting secret is missing although databases exist: a new one would not open them
 */
export function prepareSecrets(data: string, env: NodeJS.ProcessEnv): { secrets: Secrets; save: () => void } {
  const file = secretsFile(data);
  restrictAccess(file);
  const kept = readSecrets(data);
  const missing = Object.keys(generators).filter((name) => !env[name] && !kept[name]);
  const lost = missing.filter((name) => name in lasting);
  if (lost.length > 0 && existsSync(join(data, 'postgres')))
    throw new Fault(
      `${file} lacks ${lost.join(' and ')}, which the databases in ${data} need. Restore that file, set the missing secrets in the environment, or move ${data} away to start with empty databases.`,
    );
  for (const name of missing) kept[name] = generators[name]?.() ?? '';
  const overrides = [...Object.keys(generators), ...Object.keys(kept)].filter((name) => env[name]);
  const save = () => {
    if (missing.length === 0) return;
    const lines = Object.entries(kept).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(`${file}.new`, header + lines.join(''), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const secrets = { ...kept, ...Object.fromEntries(overrides.map((name) => [name, env[name] ?? ''])) } as Secrets;
  return { secrets, save };
}

/** The secrets without which an installation cannot open its data. */
export function missingSecrets(data: string, env: NodeJS.ProcessEnv): string[] {
  const kept = readSecrets(data);
  return Object.keys(lasting).filter((name) => !env[name] && !kept[name]);
}

/** Every secret for a new deployment: from the environment, else generated. POSTGRES_PASSWORD is that of a superuser. */
export const newSecrets = (env: NodeJS.ProcessEnv): Secrets =>
  Object.fromEntries(Object.entries(generators).map(([name, generate]) => [name, env[name] ?? generate()])) as Secrets;

/** The secrets of `prepareSecrets`, saved. */
export function loadSecrets(data: string, env: NodeJS.ProcessEnv): Secrets {
  const { secrets, save } = prepareSecrets(data, env);
  save();
  return secrets;
}

// A copy or an editor may have made the file readable for others.
function restrictAccess(file: string): void {
  if (process.platform === 'win32' || !existsSync(file)) return;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  chmodSync(file, 0o600);
  console.log(`Other users could read ${file} (mode ${mode.toString(8)}); now only its owner can. Consider its secrets compromised.`);
}

export const secretsFile = (data: string) => join(data, 'secrets.env');

/** The contents of secrets.env. */
export function readSecrets(data: string): Record<string, string> {
  const file = secretsFile(data);
  if (!existsSync(file)) return {};
  const pairs = readFileSync(file, 'utf8').matchAll(/^([A-Z0-9_]+)=(.*)$/gm);
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value.trim().replace(/^(["'])(.*)\1$/, '$2')]));
}
