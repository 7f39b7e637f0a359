import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../setup/paths.mjs';
import { appWaves } from '../start/apps.mjs';
import { configOf } from '../start/config-classes.mjs';
import { help } from '../start/help.mjs';
import { services } from '../start/services.mjs';

const fieldsOf = (code) => [...code.matchAll(/\b([A-Z][A-Z0-9_]+)[?!]?:\s*(?:string|number|boolean|\w+\[\])/g)].map(([, name]) => name);
const configClasses = (code) => code.match(/class \w+Config\b.*?\n\}/gs) ?? [];
const [ofProcess, ofService] = configClasses(readFileSync(join(ROOT, 'libs/platform/src/config.ts'), 'utf8')).map(fieldsOf);

/** The settings in the code of a service. */
function findSettings({ name, database }) {
  const sources = globSync(join(ROOT, 'apps', name, 'src/**/*.ts')).map((file) => readFileSync(file, 'utf8'));
  const own = sources.flatMap(configClasses).flatMap(fieldsOf);
  return [...new Set([...own, ...ofProcess, ...(database ? ofService : [])])].sort();
}

const allSettings = [...new Set(services.flatMap(findSettings))];

test('the configuration classes are found', () => {
  expect(allSettings).toEqual(expect.arrayContaining(['NATS_URL', 'DATABASE_POOL', 'STRIPE_SECRET_KEY', 'SKEP_ENCRYPTION_KEY', 'PORT']));
});

test.each(services)('$name gets the settings that it reads, and no setting or secret of another service', (service) => {
  const env = Object.fromEntries(allSettings.map((name) => [name, 'set']));
  const apps = appWaves({
    settings: { data: '/data', host: '127.0.0.1', port: 8080, env: { ...env, npm_config_registry: 'x', HOME: '/root' } },
    secrets: { SKEP_SERVICE_TOKEN: 'secret', POSTGRES_PASSWORD: 'secret', OPERATOR_NATS_PASSWORD: 'secret' },
    databases: Object.fromEntries(services.map(({ name }) => [name, { url: 'postgres://', ownerUrl: 'postgres://' }])),
    natsUrl: 'nats://',
    ports: {},
  }).flat();
  expect(Object.keys(apps.find(({ name }) => name === service.name).env).sort()).toEqual(findSettings(service));
});

test.each(services)('every setting of $name has an example or a default, for the error of an invalid value', async ({ name }) => {
  const { fields, examples, defaults } = await configOf(name);
  const setByLauncher = ['NATS_USER', 'NATS_PASSWORD']; // any text is valid
  const hasNoExample = (field) => examples[field] === undefined && (defaults[field] === undefined || defaults[field].length === 0);
  expect(fields.filter((field) => !setByLauncher.includes(field) && hasNoExample(field))).toEqual([]);
});

test('--help and .env.example name every setting', () => {
  const internal = ['DATABASE_OWNER_URL', 'NATS_USER', 'NATS_PASSWORD', 'MANAGEMENT_PORT', 'MANAGEMENT_HOST'];
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const settable = allSettings.filter((name) => !internal.includes(name)).sort();
  expect(settable.filter((name) => !new RegExp(`^  ${name} `, 'm').test(help))).toEqual([]);
  expect([...example.matchAll(/^#([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name).sort()).toEqual(settable);
});
