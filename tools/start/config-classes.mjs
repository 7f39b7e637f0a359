import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schemaOf } from '@skep/contracts';
import { ProcessConfig, readConfig } from '@skep/platform';
import { ROOT } from '../setup/paths.mjs';

/**
 * Finds an app's configuration class in its build, and describes its settings.
 * @typedef {{ fields: string[], required: string[], defaults: Record<string, unknown>, examples: Record<string, unknown>,
 *   read: (env: Record<string, string>) => object }} Config `read` throws ConfigError
 * @param {string} app
 * @returns {Promise<Config>}
 */
export async function configOf(app) {
  const dist = join(ROOT, 'apps', app, 'dist/src');
  const files = readdirSync(dist).filter((file) => /\.(config|module)\.js$/.test(file));
  for (const file of files.sort()) {
    const module = await import(pathToFileURL(join(dist, file)).href);
    const type = Object.values(module).find((value) => value?.prototype instanceof ProcessConfig);
    if (!type) continue;
    const { properties, required = [] } = schemaOf(type);
    const defaults = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
    const examples = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.examples?.[0]]));
    return { fields: Object.keys(properties), required, defaults, examples, read: (env) => readConfig(type, env) };
  }
  throw new Error(`apps/${app} exports no configuration class`);
}
