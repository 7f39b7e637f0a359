import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schemaOf } from '@skep/contracts';
import { ProcessConfig, readConfig, ServiceConfig } from '@skep/platform';
import { ROOT } from '../setup/paths.mjs';

/**
 * Finds an app's configuration class in its build, without loading the whole app, and describes its settings.
 * @typedef {{ fields: string[], required: string[], defaults: Record<string, unknown>, examples: Record<string, unknown>,
 *   read: (env: Record<string, string>) => object }} Config `read` throws ConfigError
 * @param {string} app
 * @returns {Promise<Config>}
 */
export async function configOf(app) {
  const type = await findClass(join(ROOT, 'apps', app, 'dist/src'));
  const { properties, required = [] } = schemaOf(type);
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
  const examples = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.examples?.[0]]));
  return { fields: Object.keys(properties), required, defaults, examples, read: (env) => readConfig(type, env) };
}

/** The class in the app's `*.config.js`; an app without settings of its own has those of every service. */
async function findClass(dist) {
  const file = readdirSync(dist).find((name) => name.endsWith('.config.js'));
  if (!file) return ServiceConfig;
  const module = await import(pathToFileURL(join(dist, file)).href);
  const type = Object.values(module).find((value) => value?.prototype instanceof ProcessConfig);
  if (!type) throw new Error(`${join(dist, file)} exports no configuration class`);
  return type;
}
