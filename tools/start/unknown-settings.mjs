import { nearest } from '../setup/nearest.mjs';
import { commonSettings, databaseSettings, launcherSettings, operatorSettings, serviceSettings } from './service-settings.mjs';

const known = new Set(
  [launcherSettings, operatorSettings, commonSettings, databaseSettings, ...Object.values(serviceSettings)].flatMap(Object.keys),
);

/**
 * Returns a warning about variables that begin with SKEP_ but are not settings: usually typing mistakes.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function unknownSettings(env) {
  const unknown = Object.keys(env).filter((name) => name.startsWith('SKEP_') && !known.has(name));
  if (unknown.length === 0) return undefined;
  const suggestions = unknown.sort().map((name) => `${name} (did you mean ${nearest(name, [...known])}?)`);
  return `Warning: unknown settings: ${suggestions.join(', ')}. See npm start -- --help.`;
}
