import { BOARD_PLAN, type LanguageModel, languageModel, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { useBrowser } from './web/browser.js';
import { checkKeyboard, checkLook } from './web/page-checks.js';

const ATTACK = '<img src=x alt="" onerror="window.hacked=1"><script>window.hacked=1</script>';
const WORDS = `${ATTACK} ${Array.from({ length: 12 }, (_, n) => `w${n}`).join(' ')}`;
const CARDS = [
  ...BOARD_PLAN.args.cards,
  { type: 'list', title: ATTACK, text: ATTACK, items: [ATTACK, ATTACK] },
  { type: 'question', title: 'Shoes?', text: ATTACK, options: [ATTACK, 'Old'] },
];
const SQL = 'select day, sum(distance_m) / 1000 as distance_km, sport from my_activities group by day, sport order by day';
const RACE = {
  ...{ name: `Trail ${ATTACK}`, sport: 'trail_run', country: 'es', starts_on: '2031-04-12', location: { lat: 41.98, lon: 2.82 } },
  ...{ language: 'en', distances: [{ id: 'long', name: 'Long', distance_m: 42_195 }] },
};

let model: LanguageModel;
const web = useBrowser({}, async () => {
  model = await languageModel();
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  return startSkep({ env: { ...operator, SKEP_RATE_LIMITS: 'off' } });
});

beforeEach(() => void Object.assign(model, { mood: 'answer', says: WORDS, pauseMs: 10, calls: { ...BOARD_PLAN, args: { cards: CARDS } } }));
afterAll(() => model?.close());

const ask = (method: string, path: string, body?: object) => web.skep.http(method, path, { token: web.bob.access, ...(body && { body }) });
const coachLink = () => web.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Coach' });
const button = (name: string) => web.page.getByRole('button', { name, exact: true });
const cards = () => web.page.locator('main article');

describe('someone who has not begun with the coach', () => {
  it('does not find it in the navigation, and begins on its page', async () => {
    await web.open('/');
    expect(await coachLink().count()).toBe(0);
    await checkLook(web, '/coach');
    await checkKeyboard(web, '/coach');
    await web.page.setViewportSize({ width: 1280, height: 900 });
    await button('Begin').click();
    await coachLink().waitFor();
    await web.page.getByText('No board yet').waitFor();
    expect((await ask('GET', '/users/me')).status).toBe(200);
  });
});

describe('the home of the coach', () => {
  beforeAll(async () => {
    await ask('POST', '/users', { timezone: 'UTC' });
    const fields =
      'tenant_id, user_id, id, provider, vendor_id, sport, vendor_sport, name, started_at, day, duration_s, distance_m, origin, seen_at';
    await web.skep.infra.query(
      'coach',
      `insert into activity (${fields})
       select 'default', $1, 'strava:' || n, 'strava', n::text, case n % 2 when 0 then 'run' else 'swim' end, 'Run', $2,
              now() - n * interval '1 day', (now() - n * interval '1 day')::date, 2700, 5000 * n, 'backfill', now()
         from generate_series(1, 14) n`,
      [web.bob.id, `Morning ${ATTACK}`],
    );
    const { json } = await web.skep.http('POST', '/events', { headers: { 'x-service-token': web.skep.serviceToken }, body: RACE });
    const planned = await ask('POST', '/user_events', { event_id: json['id'], distance_id: 'long', priority: 'A' });
    await ask('PUT', '/user_events/active', { user_event_id: planned.json['id'] });
  });

  it('shows a board while it is written, and all of it after the page was loaded again in between', async () => {
    model.pauseMs = 80;
    await web.open('/coach');
    await button('Write today’s').click();
    await cards().first().waitFor();
    await web.page.getByText('The coach is writing…').waitFor();
    await web.page.reload();
    await waitUntil('the cards', async () => (await cards().count()) === CARDS.length, 60_000);
    await web.page.getByText('The coach is writing…').waitFor({ state: 'detached' });
    await web.page.getByText('Eight strides').waitFor();
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('takes a board up again where the connection broke', async () => {
    let isBroken = false;
    await web.page.route('**/user_states/boards/stream', async (route) => {
      const response = await route.fetch();
      const events = (await response.text()).split('\n\n');
      isBroken = true;
      await route.fulfill({ response, body: `${events.slice(0, 4).join('\n\n')}\n\n` });
    });
    await web.open('/coach');
    await button('Write the week’s').click();
    await waitUntil('the cards', async () => (await cards().count()) === CARDS.length, 60_000);
    expect(isBroken).toBe(true);
    await web.page.getByRole('heading', { name: 'Weekly board' }).waitFor();
    await web.page.getByRole('navigation', { name: 'Earlier boards' }).getByRole('link').first().click();
    await web.page.getByRole('heading', { name: 'Daily board' }).waitFor();
  });

  it('keeps what its person says to a question of the coach', async () => {
    await web.open('/coach');
    Object.assign(model, { says: 'Good to know.', calls: undefined });
    await button('Old').click();
    await web.page.getByText('Good to know.').first().waitFor();
  });

  it('takes a check-in once, and shows it', async () => {
    await web.open('/coach');
    await web.page.getByLabel('Mood').selectOption('7');
    await web.page.getByLabel('Soreness').selectOption('0');
    await web.page.getByLabel('In your words').fill(ATTACK);
    await button('Check in').click();
    await button('Check in again').waitFor();
    expect((await ask('GET', '/user_states/home')).json['readiness']).toMatchObject({ mood: 7, soreness: 0, sleep_quality: null });
  });

  it('answers a question in words and as a chart, and says on what that rests', async () => {
    await web.open('/coach');
    Object.assign(model, { says: `You ran. ${ATTACK}`, calls: { name: 'query_plan', args: { sql: SQL } } });
    const box = web.page.getByLabel('Your question');
    await box.fill('How far did I run?');
    await button('Ask').click();
    const answer = web.page.getByRole('article', { name: 'How far did I run?' });
    await answer.getByText('You ran.').waitFor();
    await answer.getByText('What this rests on').click();
    await answer.getByText('my_activities').waitFor();
    await box.fill('Draw it');
    await button('Draw a chart').click();
    await web.page.getByRole('article', { name: 'Draw it' }).locator('.ui-chart svg').waitFor();
    expect(await web.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('shows the race and the activities of its person, as text', async () => {
    await web.open('/coach');
    await web.page.getByText(`Trail ${ATTACK}`).waitFor();
    await web.page.getByText(`Morning ${ATTACK}`).first().waitFor();
    await web.page.getByText('42.2 km').waitFor();
    await button('Show more').click();
    await waitUntil('the second page', async () => (await web.page.getByText(`Morning ${ATTACK}`).count()) === 14);
  });

  it('is accessible in light and dark, fits a narrow screen, and is walked with the Tab key', async () => {
    await checkLook(web, '/coach');
    await checkKeyboard(web, '/coach');
  });

  it('says what to do where there is no language model', async () => {
    const problem = { code: 'not_configured', title: 'Not configured.', status: 503, detail: 'There is none.' };
    for (const path of ['user_states/boards', 'cheshire/ask'])
      await web.page.route(`**/${path}/stream`, (route) =>
        route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
      );
    await web.open('/coach');
    await waitUntil('the board', async () => (await cards().count()) === CARDS.length);
    await button('Write today’s').click();
    await web.page.getByText('SKEP_LLM_PROVIDER').waitFor();
    expect(await cards().count()).toBe(CARDS.length);
  });
});
