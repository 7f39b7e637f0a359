import { coach, type Race } from '@skep/contracts/coach';
import { asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ada, type Coach, eve, newRace, openCoach } from './coach.js';

let world: Coach;
let race: Race;
let count = 0;
const translate = (lang: string, who = ada) => world.call(coach.translateRace, who, { event_id: race.id, lang });
const languages = () => world.call(coach.listRaceTranslations, ada, { event_id: race.id });
const read = (more: object) => world.call(coach.getRace, ada, { event_id: race.id, ...more });
const ready = (lang: string) => waitUntil(`the translation into ${lang}`, async () => (await languages()).available.includes(lang));
const says = (name: string, description = 'Cuestas.') => (world.model.calls = { name: 'translated_race', args: { name, description } });

beforeAll(async () => {
  world = await openCoach();
});
beforeEach(async () => {
  race = await world.race('Hills', { external_id: `h${++count}`, description: 'Steep.' });
  world.model.mood = 'answer';
  world.model.asked.length = 0;
});
afterAll(() => world?.close());

it('a race is translated once, and read in the language that one wants', async () => {
  says('Colinas');
  expect(await Promise.all([translate('es'), translate('es')])).toEqual([{ status: 'queued' }, { status: 'queued' }]);
  await ready('es');
  expect(await translate('es')).toEqual({ status: 'ready' });
  expect(world.model.asked).toHaveLength(1);
  expect(await read({ lang: 'es' })).toMatchObject({ name: 'Colinas', description: 'Cuestas.', language: 'es', source_language: 'en' });
  expect(await read({ accept_language: 'zu, es-MX;q=0.8, en;q=0.5' })).toMatchObject({ language: 'es' });
  expect(await read({ accept_language: 'es', lang: 'en' })).toMatchObject({ name: 'Hills', language: 'en' });
  expect(await read({ lang: 'zu' })).toMatchObject({ name: 'Hills', language: 'en' });
  const { items } = await world.call(coach.listRaces, ada, { limit: 20, radius_km: 50, lang: 'es' });
  expect(items).toContainEqual(expect.objectContaining({ id: race.id, name: 'Colinas', language: 'es' }));
});

it('a race whose texts change is translated anew', async () => {
  says('Colinas');
  await translate('es');
  await ready('es');
  await world.call(coach.writeRace, asService('importer'), newRace('Mountains', { external_id: `h${count}` }));
  expect([await languages(), await read({ lang: 'es' })]).toMatchObject([{ available: ['en'] }, { name: 'Mountains', language: 'en' }]);
  says('Montañas');
  expect(await translate('es')).toEqual({ status: 'queued' });
  await ready('es');
  expect(await read({ lang: 'es' })).toMatchObject({ name: 'Montañas' });
});

it('its own language is ready, and one that is none is refused', async () => {
  expect(await translate('en')).toEqual({ status: 'ready' });
  expect(await codeOf(translate('not_a_tag!'))).toBe('invalid_input');
  expect(world.model.asked).toEqual([]);
});

it.each([
  ['fails', () => (world.model.mood = 500)],
  ['answers nonsense', () => (world.model.calls = { name: 'translated_race', args: { name: 5 } })],
])('a model that %s leaves the language failed, until someone asks again', async (_, breaks) => {
  breaks();
  await translate('de');
  await waitUntil('it to fail', async () => (await languages()).failed.includes('de'), 30_000);
  expect(await read({ lang: 'de' })).toMatchObject({ language: 'en' });
  world.model.mood = 'answer';
  says('Hügel');
  expect(await translate('de')).toEqual({ status: 'queued' });
  await ready('de');
});

it('is also asked for by a service of the tenant, not of another', async () => {
  says('Colinas');
  expect(await translate('es', asService('importer', { tenant: 'default' }))).toEqual({ status: 'queued' });
  await ready('es');
  expect(await codeOf(translate('fr', eve))).toBe('race_not_found');
});
