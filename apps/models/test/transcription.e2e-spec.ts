import { Problem } from '@skep/contracts';
import { billing } from '@skep/contracts/billing';
import { models } from '@skep/contracts/models';
import { Objects } from '@skep/platform';
import { asService, asUser, codeOf, problemOf, type SpeechModel, speechModel, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, type ModelsHarness, openModels } from './models.js';

/** The head of a WAV file, by which its type is known. */
const WAV = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt '), Buffer.alloc(28)]);
let speech: SpeechModel;
let harness: ModelsHarness;
let objects: Objects;

beforeAll(async () => {
  speech = await speechModel();
  harness = await openModels(undefined, { SKEP_STT_MODEL: 'whisper-1', SKEP_STT_URL: speech.url, SKEP_STT_API_KEY: 'speech-key' }, [
    'billing',
  ]);
  objects = await Objects.open(harness.env['SKEP_OBJECTS']!);
});
afterAll(async () => {
  await harness?.close();
  await speech?.close();
});

const store = async (bytes: Uint8Array) => ({ ...(await objects.write('models', [bytes] as never, 20_000_000)), name: 'voice.wav' });
const isKept = async () => {
  for await (const _ of objects.list('models')) return true;
  return false;
};

it('a recording is transcribed by the model of the operator, and is not kept', async () => {
  speech.hears = 'Water the plants.';
  expect(await harness.call(models.transcribe, ada, { audio: await store(WAV) })).toEqual({ text: 'Water the plants.' });
  expect(speech.asked.at(-1)).toMatchObject({ model: 'whisper-1', type: 'audio/wav', bytes: WAV, key: 'speech-key' });
  await waitUntil('the recording to be removed', async () => !(await isKept()));
});

it.each([
  [401, 'model_key_rejected'],
  [429, 'model_rate_limited'],
  [400, 'model_refused'],
  [500, 'model_unavailable'],
])('a model that answers %i is %s, without its words, and the recording is not kept', async (status, code) => {
  speech.hears = status;
  const { body } = await problemOf(harness.call(models.transcribe, ada, { audio: await store(WAV) }));
  expect(body.code).toBe(code);
  expect(JSON.stringify(body)).not.toContain('own words');
  await waitUntil('the recording to be removed', async () => !(await isKept()));
});

it('a model that does not answer is given up in time', async () => {
  speech.hears = undefined;
  const soon = { ...ada, deadline: Date.now() + 1_500 };
  expect(await codeOf(harness.call(models.transcribe, soon, { audio: await store(WAV) }))).toMatch(/^(model_timeout|deadline_exceeded)$/);
});

it('a recording over 10 MB is refused before the model is asked', async () => {
  const asked = speech.asked.length;
  const audio = await store(Buffer.concat([WAV, Buffer.alloc(10_000_000)]));
  expect(await codeOf(harness.call(models.transcribe, ada, { audio }))).toBe('too_large');
  expect(speech.asked).toHaveLength(asked);
});

it('a recording costs its price, once it is answered', async () => {
  const who = asUser('speaker', { deadline: Date.now() + 60_000 });
  const balance = async () => (await harness.call(billing.getBalance, who, {})).balance;
  await harness.call(billing.updateVoiceCosts, asService('admin'), { stt: 2.5, speak: 0 });
  speech.hears = 'Water the plants.';
  await waitUntil('the price', async () => {
    await harness.call(models.transcribe, who, { audio: await store(WAV) });
    return (await balance()) < 500;
  });
  const [line] = (await harness.call(billing.listWalletHistory, who, { limit: 1, offset: 0 })).rows;
  expect(line).toMatchObject({ app_id: 'models', function: 'voice.transcribe', platform_fee: 3, base_price: 0 });
  const before = await balance();
  speech.hears = 500;
  expect(await codeOf(harness.call(models.transcribe, who, { audio: await store(WAV) }))).toBe('model_unavailable');
  expect(await balance()).toBe(before);
  expect(await harness.infra.query('billing', `select from hold where status = 'held'`)).toEqual([]);
  await harness.call(billing.updateVoiceCosts, asService('admin'), { stt: 1_000, speak: 0 });
  speech.hears = 'More.';
  const isRefused = async () =>
    harness.call(models.transcribe, who, { audio: await store(WAV) }).then(
      () => false,
      (error: unknown) => error instanceof Problem && error.body.code === 'insufficient_credits',
    );
  await waitUntil('the new price', isRefused);
  const asked = speech.asked.length;
  expect(await isRefused()).toBe(true);
  expect(speech.asked).toHaveLength(asked);
  expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});

it('without a model for speech it is not configured', async () => {
  await harness.restart({ SKEP_STT_MODEL: '' });
  const { body } = await problemOf(harness.call(models.transcribe, ada, { audio: await store(WAV) }));
  expect(body).toMatchObject({ code: 'not_configured', status: 503, detail: expect.stringContaining('SKEP_STT_MODEL') });
});
