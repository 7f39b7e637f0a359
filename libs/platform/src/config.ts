import { Int, OneOf, Optional, Problem, read, Text, type Type } from '@skep/contracts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What every process reads from its environment. */
export class ProcessConfig {
  @Text({ min: 1, description: 'nats://host:port' }) NATS_URL!: string;
  @Optional() @Text() NATS_USER?: string;
  @Optional() @Text() NATS_PASSWORD?: string;
  @Int({ min: 0, max: 65_535, description: 'Port of /healthz, /readyz and /metrics; 0 takes any free one.' }) MANAGEMENT_PORT: number =
    9090;
  @Text() MANAGEMENT_HOST: string = '0.0.0.0';
  @OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) LOG_LEVEL: string = 'info';
  @Text() NODE_ENV: string = 'development';
}

/** What every service with a database reads as well. */
export class ServiceConfig extends ProcessConfig {
  @Text({ min: 1, description: 'postgres://user:password@host:port/database' }) DATABASE_URL!: string;
  @Optional()
  @Text({ min: 1, description: 'As DATABASE_URL, with the role that owns the tables and migrates them; required in production.' })
  DATABASE_OWNER_URL?: string;
  @Int({ min: 2, max: 200 }) DATABASE_POOL: number = 10;
}

/** The environment does not fit; the message lists every fault at once. */
export class ConfigError extends Error {}

/** Reads a configuration class from the environment. @throws ConfigError with all faults. Empty variables count as unset. */
export function readConfig<C extends object>(type: Type<C>, env: Env): C {
  try {
    return read(type, Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')));
  } catch (error) {
    if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
    const lines = error.body.detail.map(({ loc, msg }) => `  ${loc.join('.')}: ${msg}`);
    throw new ConfigError(`The environment does not fit:\n${lines.join('\n')}`);
  }
}
