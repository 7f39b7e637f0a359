import { readFileSync } from 'node:fs';

/**
 * A setting: an environment variable that a process reads.
 * @typedef {{ description: string, default?: string, example?: string, required?: true }} Setting
 */

/**
 * The processes of Skep, from their declarations: `npm run generate` writes the file.
 * @type {{ common: { process: Record<string, Setting>, database: Record<string, Setting> }, services: readonly {
 *   name: string, context: string, database: boolean, settings: Record<string, Setting>, calls: string[], listens: string[],
 *   consumes: string[], publishes: string[], runs?: 'owner' | 'reader' | 'both', sockets?: boolean, outgoing: string[] }[] }}
 */
export const { common, services } = JSON.parse(readFileSync(new URL('../../deploy/services.json', import.meta.url), 'utf8'));

/** The service's name in an environment variable: developer-portal → DEVELOPER_PORTAL. @param {string} name */
export const envName = (name) => name.toUpperCase().replaceAll('-', '_');

/** The service's role and database: developer-portal → skep_developer_portal. @param {string} name */
export const databaseName = (name) => `skep_${name.replaceAll('-', '_')}`;
