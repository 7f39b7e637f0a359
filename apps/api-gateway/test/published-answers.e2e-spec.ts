import { type LanguageModel, languageModel, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloud } from '../src/apis/cloud/index.js';
import { publishManifest, publishPaidApp } from './paid-app.js';
import { calls, data, developers } from './published/apps.js';
import { money } from './published/money.js';
import { organisations, people } from './published/people.js';
import { automations, settings } from './published/services.js';
import { type Calls, PublishedAnswers, type World } from './published/world.js';

/** Add the calls of new routes here: the last test names those with a published answer that nothing calls. */
const GROUPS: Calls[] = [people, organisations, money, data, calls, developers, automations, settings];
/** Enough for a payout. */
const PRICE = 20_000;
/** Routes that are not called, each with a reason. */
const NOT_CALLED: Record<string, string> = {};

const { SKEP_TEST_SEED = Math.floor(Math.random() * 2 ** 31) } = process.env;
const seed = Number(SKEP_TEST_SEED);
let answers: PublishedAnswers;
let model: LanguageModel;
let skep: Skep;
let world: World;

beforeAll(async () => {
  answers = await PublishedAnswers.read();
  model = await languageModel();
  model.says = JSON.stringify({ trigger_filter: { event_type: 'link-saver.saved' }, actions: [{ message: 'Saved.' }] });
  skep = await startSkep({ env: { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual' } });
  const people = await publishPaidApp(skep, PRICE);
  const tools = [
    { name: 'save_link', description: 'Saves a link.' },
    { name: 'list_links', description: 'Lists the links that were saved.', background: true },
  ];
  await publishManifest(skep, people.ada, 'link-saver', { version: '1.0.1', tools });
  world = answers.world(skep, { ...people, admin: { token: (await skep.signInAdmin()).access } }, seed);
});
afterAll(async () => {
  await skep?.close();
  await model?.close();
});

describe(`answers to valid inputs match the published schemas (SKEP_TEST_SEED=${seed})`, () => {
  it.each(GROUPS.map((group) => [group.name, group] as const))('of %s', (_, group) => group(world), 120_000);

  it('and every route that has one is called', () => {
    expect(answers.uncalled(cloud.routes).filter((route) => !(route in NOT_CALLED))).toEqual([]);
  });
});

it('an answer that differs from its published schema is noticed', () => {
  expect(answers.differenceOf('GET /v1/billing/balance', { balance: '1' })).toMatch(/balance must be integer/);
  expect(answers.differenceOf('GET /v1/keys', {})).toMatch(/must be array/);
});
