import { automation } from '@skep/contracts/automation';
import type { Ctx } from '@skep/platform';
import { codeOf, type LanguageModel, languageModel, startModels } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { APP, type AutomationHarness, openAutomation } from './automation.js';

let model: LanguageModel;
let harness: AutomationHarness;
let ada: Ctx;

beforeAll(async () => {
  model = await languageModel();
  harness = await openAutomation();
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  ada = await harness.person();
});
afterEach(() => {
  model.mood = 'answer';
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const PROMPT = 'When the shop opens, note it';
const create = (prompt = PROMPT) =>
  harness.call(automation.createAutomation, ada, { prompt, cooldown_seconds: 0, max_per_hour: 10, max_iterations: 0 });
const says = (answer: object) => (model.says = JSON.stringify(answer));
const CALL = { app_id: APP, tool: 'add_note', args: { text: 'it is {{event.text}}' } };

it('a prompt becomes a trigger and actions, and runs', async () => {
  model.says = `Here it is:\n\`\`\`json\n${JSON.stringify({ trigger_filter: { event_type: 'shop.opened' }, actions: [CALL] })}\n\`\`\``;
  const rule = await create();
  expect(rule).toMatchObject({ status: 'active', trigger_filter: { event_type: 'shop.opened' }, actions: [CALL], prompt: PROMPT });
  expect(rule.interpretation).toBe(`At each event 'shop.opened': call 'add_note' of '${APP}'.`);
  const [system, user] = model.asked.at(-1)?.['messages'] as { role: string; content: string }[];
  expect(system?.content).toContain('"tool":"add_note"');
  expect(user).toEqual({ role: 'user', content: PROMPT });
  await harness.happens(ada, 'shop.opened', { text: 'open' });
  expect(await harness.waitForNotes(ada, 1)).toEqual(['it is open']);
});

it('a schedule may be meant', async () => {
  says({ trigger_filter: { schedule: '0 9 * * 1', timezone: 'Europe/Berlin' }, actions: [{ message: 'Good morning' }] });
  const rule = await create('Every Monday at 9 in Berlin, say good morning');
  expect(rule.interpretation).toBe("At the times '0 9 * * 1' (Europe/Berlin): send the message “Good morning”.");
  expect(await harness.query('select from schedule where key = $1', [`rule ${rule.id}`])).toHaveLength(1);
});

it.each([
  ['no JSON', 'Sorry!', /gave no trigger/],
  ['nothing', {}, /trigger_filter/],
  [
    'an app that the user does not have',
    { trigger_filter: { event_type: 'a.b' }, actions: [{ app_id: 'bank', tool: 'pay' }] },
    /'pay' of an app 'bank'/,
  ],
  [
    'a built-in function',
    { trigger_filter: { event_type: 'a.b' }, actions: [{ app_id: 'billing', tool: 'change_plan' }] },
    /'change_plan'/,
  ],
  ['a function that does not exist', { trigger_filter: { event_type: 'a.b' }, actions: [{ ...CALL, tool: 'drop' }] }, /'drop'/],
  ['an invalid pattern', { trigger_filter: { schedule: 'often' }, actions: [CALL] }, /schedule/],
  ['an invalid action', { trigger_filter: { event_type: 'a.b' }, actions: [{ run: 'rm' }] }, /actions/],
])('a model that answers %s makes a paused rule, which says why', async (_, answer, reason) => {
  model.says = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const rule = await create();
  expect(rule).toMatchObject({
    status: 'paused',
    trigger_filter: null,
    actions: [],
    interpretation: expect.stringMatching(/^Not understood: /),
  });
  expect(rule.interpretation).toMatch(reason);
  expect(await codeOf(harness.call(automation.resumeAutomation, ada, { rule_id: rule.id }))).toBe('conflict');
});

it('resuming such a rule asks again', async () => {
  model.says = 'Sorry!';
  const { id } = await create();
  says({ trigger_filter: { event_type: 'shop.closed' }, actions: [CALL] });
  expect(await harness.call(automation.resumeAutomation, ada, { rule_id: id })).toMatchObject({ status: 'active', actions: [CALL] });
});

it('a model that fails makes no rule', async () => {
  model.mood = 500;
  const before = (await harness.call(automation.listAutomations, ada, {})).length;
  expect(await codeOf(create())).toMatch(/^model_/);
  expect(await harness.call(automation.listAutomations, ada, {})).toHaveLength(before);
});
