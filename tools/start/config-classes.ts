import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schemaOf } from '@skep/contracts';
import { ProcessConfig, readConfig, ServiceConfig } from '@skep/platform';
import { ROOT } from '../setup/paths.mjs';

/** The settings of an app. */
export interface Config {
  fields: string[];
  required: string[];
  defaults: Record<string, unknown>;
  examples: Record<string, unknown>;
  /** @throws ConfigError */
  read: (env: Record<string, string>) => object;
}

interface Schema {
  properties: Record<string, { default?: unknown; examples?: unknown[] }>;
  required?: string[];
}

/** Finds an app's configuration class in its build, without loading the whole app, and describes its settings. */
export async function configOf(app: string): Promise<Config> {
  const type = await findClass(join(ROOT, 'apps', app, 'dist/src'));
  const { properties, required = [] } = schemaOf(type) as unknown as Schema;
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
  const examples = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.examples?.[0]]));
  return { fields: Object.keys(properties), required, defaults, examples, read: (env) => readConfig(type, env) };
}

/** The class in the app's `*.config.js`; an app without settings of its own has those of every service. */
async function findClass(dist: string): Promise<new () => ProcessConfig> {
  const file = readdirSync(dist).find((name) => name.endsWith('.config.js'));
  if (!file) return ServiceConfig;
  const module = (await import(pathToFileURL(join(dist, file)).href)) as Record<string, unknown>;
  const type = Object.values(module).find(isConfigClass);
  if (!type) throw new Error(`${join(dist, file)} exports no configuration class`);
  return type;
}

const isConfigClass = (value: unknown): value is new () => ProcessConfig =>
  typeof value === 'function' && value.prototype instanceof ProcessConfig;
