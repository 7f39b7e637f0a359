import { Int, OneOf, Optional, Problem, read, revive, schemaOf, Text, type Type } from '@skep/contracts';
import { inspect } from 'node:util';

/** The environment variables of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** An invalid setting. The fault does not contain the value, which may be secret. */
export interface SettingFault {
  setting: string;
  fault: string;
}

/** The settings of every process, read from its environment. */
export class ProcessConfig {
  @Text({ min: 1, example: 'nats://127.0.0.1:4222', description: 'URL of NATS.' }) NATS_URL!: string;
  @Optional() @Text({ example: 'billing', description: 'User of NATS; its permissions are in deploy/nats.conf.' }) NATS_USER?: string;
  @Optional() @Text({ example: '$(openssl rand -hex 24)', description: 'Password of that user.' }) NATS_PASSWORD?: string;
  @Int({ min: 0, max: 65_535, description: 'Port of /healthz, /readyz and /metrics; 0 means any free port.' }) MANAGEMENT_PORT: number =
    9090;
  @Text({ description: 'Address of the management port.' }) MANAGEMENT_HOST: string = '0.0.0.0';
  @OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { description: 'The least severe log lines that are written.' })
  LOG_LEVEL: string = 'info';
  @Text({ description: '`production` refuses settings that are only for development.' }) NODE_ENV: string = 'development';

  /** Checks what a field's decorator cannot: rules between settings, and the syntax of a text. */
  faults(): SettingFault[] {
    return [];
  }

  /** The features that are off, each with the settings that it needs. */
  notConfigured(): Record<string, readonly string[]> {
    return {};
  }

  /** Only the names, as JSON and in `console.log`: a log, a trace or an error that contains a configuration must not contain its secrets. */
  toJSON(): string[] {
    return Object.keys(this);
  }

  [inspect.custom](): string[] {
    return this.toJSON();
  }
}

/** The settings of a service with a database. */
export class ServiceConfig extends ProcessConfig {
  @Text({
    min: 1,
    example: 'postgres://skep_billing:password@127.0.0.1:5432/skep_billing',
    description: 'URL of its database, with the role of the service.',
  })
  DATABASE_URL!: string;
  @Optional()
  @Text({
    min: 1,
    example: 'postgres://skep_billing_owner:password@127.0.0.1:5432/skep_billing',
    description: 'Like DATABASE_URL, with the role that owns and migrates the tables; required in production.',
  })
  DATABASE_OWNER_URL?: string;
  @Int({ min: 2, max: 200, description: 'Postgres connections of one instance; a third more are for lists and searches.' })
  DATABASE_POOL: number = 10;
  @Int({ min: 1, max: 10_000, description: 'Runs that one instance works on at once.' }) SKEP_RUNS_AT_ONCE: number = 100;
  @Int({ min: 300, max: 600_000, description: 'Milliseconds after which the runs of an instance that died are continued by another.' })
  SKEP_RUN_LEASE_MS: number = 12_000;
  @OneOf(['pipelined', 'statement'], {
    description: 'How row-level security learns the tenant of a query: in the same network write, or by a statement before it.',
  })
  SKEP_TENANT_SCOPE: string = 'pipelined';
  @OneOf(['refuse', 'warn'], {
    description: 'What a start does if the schema of its database is not that of this release; `warn` is for emergencies.',
  })
  SKEP_SCHEMA_CHECK: string = 'refuse';
  @Int({
    min: 65_536,
    description: 'Bytes that the JetStream stream of events may have; less than max_file_store of NATS. The same for all services.',
  })
  SKEP_STREAM_MAX_BYTES: number = 6_000_000_000;
}

/** The settings are invalid; the message lists every fault, each with an example of a valid value where one is known. */
export class ConfigError extends Error {
  /** One line per fault. */
  readonly lines: string[];

  constructor(type: Type, faults: SettingFault[]) {
    const lines = faults.map((fault) => describe(type, fault));
    super(`Invalid settings:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.lines = lines;
  }
}

function describe(type: Type, { setting, fault }: SettingFault): string {
  const example = exampleOf(type, setting);
  return `${setting}: ${fault}${example === undefined ? '' : `; for example ${setting}=${String(example)}`}`;
}

/** A valid value to show to the operator: the setting's example, else its default. */
function exampleOf(type: Type, setting: string): unknown {
  const { examples, default: initial } = ((schemaOf(type)['properties'] as Record<string, object>)[setting] ?? {}) as {
    examples?: unknown[];
    default?: unknown;
  };
  return examples?.[0] ?? initial;
}

/** The faults of settings whose texts have a syntax: what reading them throws. @param readers by the name of the setting */
export const syntaxFaults = (readers: Readonly<Record<string, () => unknown>>): SettingFault[] =>
  Object.entries(readers).flatMap(([setting, read]): SettingFault[] => {
    try {
      read();
      return [];
    } catch (error) {
      return [{ setting, fault: error instanceof Error ? error.message : String(error) }];
    }
  });

/** Reads a configuration class from the environment. Empty variables count as unset. @throws ConfigError with all faults */
export function readConfig<C extends ProcessConfig>(type: Type<C>, env: Env): C {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const faults = [...findFieldFaults(type, set), ...revive(type, set).faults()];
  if (faults.length) throw new ConfigError(type, faults);
  return read(type, set);
}

function findFieldFaults(type: Type<ProcessConfig>, set: object): SettingFault[] {
  try {
    read(type, set);
    return [];
  } catch (error) {
    if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
    return error.body.detail.map(({ loc, msg }) => {
      const setting = loc.join('.');
      return { setting, fault: msg.replace(`${setting} `, '') };
    });
  }
}
