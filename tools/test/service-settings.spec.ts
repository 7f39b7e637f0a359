import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../setup/paths.mjs';
import { appWaves, systemEnv } from '../start/apps.ts';
import { configOf } from '../start/config-classes.ts';
import { help } from '../start/help.mjs';
import { common, services } from '../start/services.mjs';

const names = (settings: object) => Object.keys(settings);
const allSettings = [...new Set([common.process, common.database, ...services.map(({ settings }) => settings)].flatMap(names))];

test.each(services)('$name gets the settings that it reads, and no setting or secret of another service', (service) => {
  const env = Object.fromEntries(allSettings.map((name) => [name, 'set']));
  const apps = appWaves({
    settings: { data: '/data', host: '127.0.0.1', port: 8080, env: { ...env, npm_config_registry: 'x', HOME: '/root' } },
    secrets: { SKEP_SERVICE_TOKEN: 'secret', POSTGRES_PASSWORD: 'secret', OPERATOR_NATS_PASSWORD: 'secret' },
    databases: Object.fromEntries(services.map(({ name }) => [name, { url: 'postgres://', ownerUrl: 'postgres://' }])),
    natsUrl: 'nats://',
    ports: {},
  }).flat();
  const expected = { ...common.process, ...(service.database && common.database), ...service.settings };
  expect(Object.keys(apps.find(({ name }) => name === service.name)?.env ?? {}).sort()).toEqual(names(expected).sort());
});

test('every setting has a description', () => {
  const described = [common.process, common.database, ...services.map(({ settings }) => settings)].flatMap(Object.entries);
  expect(described.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
});

test('every process gets the variables of OpenTelemetry, and no secret of Skep', () => {
  const env = { PATH: '/bin', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_SAMPLER: 'always_off' };
  expect(systemEnv({ ...env, SKEP_SERVICE_TOKEN: 'secret', NOT_OTEL_X: 'x' })).toEqual(env);
});

test.each(services)('every setting of $name has an example or a default, for the error of an invalid value', async ({ name }) => {
  const { fields, examples, defaults } = await configOf(name);
  const setByLauncher = ['NATS_USER', 'NATS_PASSWORD']; // any text is valid
  const isEmpty = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  const hasNoExample = (field: string) => examples[field] === undefined && isEmpty(defaults[field]);
  expect(fields.filter((field) => !setByLauncher.includes(field) && hasNoExample(field))).toEqual([]);
});

test('--help and .env.example name every setting', () => {
  const internal = ['DATABASE_OWNER_URL', 'NATS_USER', 'NATS_PASSWORD', 'MANAGEMENT_PORT', 'MANAGEMENT_HOST'];
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const settable = allSettings.filter((name) => !internal.includes(name)).sort();
  expect(settable.filter((name) => !new RegExp(`^  ${name} `, 'm').test(help))).toEqual([]);
  expect([...example.matchAll(/^#([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name).sort()).toEqual(settable);
});
