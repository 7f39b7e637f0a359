import { models } from '@skep/contracts/models';
import { codeOf } from '@skep/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ModelsHarness, openModels, service } from './models.js';

const TEXTS = ['how to reset a password', 'I forgot my login credentials', 'the weather in Berlin tomorrow'];
let harness: ModelsHarness | undefined;
let server: Server | undefined;
afterEach(async () => {
  await harness?.close();
  server?.closeAllConnections();
  server?.close();
});

const embed = (texts: string[]) => harness!.call(models.embed, service, { texts });
const nearness = (a: number[] = [], b: number[] = []) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('the local model', () => {
  it('finds the nearer meaning without a common word, and other requests do not wait for it', async () => {
    harness = await openModels(undefined, { SKEP_EMBEDDING_PROVIDER: 'local' });
    let answered = false;
    const asked = embed([...TEXTS, ...Array.from({ length: 61 }, (_, n) => `note number ${n} about gardens`)]).finally(
      () => (answered = true),
    );
    expect((await harness.call(models.quoteFee, service, {})).fee).toBe(0);
    expect(answered).toBe(false);
    const { vectors, dimension, semantic, model } = await asked;
    expect({ dimension, semantic, model, length: vectors.length }).toEqual({
      ...{ dimension: 512, semantic: true, model: 'model-embeddings-en@0.2.0', length: 64 },
    });
    const [reset, forgot, weather] = vectors;
    expect(nearness(reset, forgot)).toBeGreaterThan(nearness(reset, weather) + 0.2);
    for (const vector of vectors) expect(nearness(vector, vector)).toBeCloseTo(1, 5);
  });
});

describe('an endpoint with OpenAI’s API', () => {
  /** @param answer the vectors of an answer, or its status */
  async function serve(answer: (texts: string[]) => number[][] | number) {
    const asked: { body: Record<string, unknown>; key: string | undefined }[] = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>;
        asked.push({ body, key: request.headers.authorization });
        const vectors = answer(body['input'] as string[]);
        response.writeHead(typeof vectors === 'number' ? vectors : 200, { 'content-type': 'application/json' });
        const data = typeof vectors === 'number' ? [] : vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
        response.end(JSON.stringify({ object: 'list', data, model: 'small', usage: { prompt_tokens: 3, total_tokens: 3 } }));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    const SKEP_EMBEDDING_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const settings = { SKEP_EMBEDDING_PROVIDER: 'openai', SKEP_EMBEDDING_MODEL: 'small', SKEP_EMBEDDING_API_KEY: 'embedding-key' };
    harness = await openModels(undefined, { ...settings, SKEP_EMBEDDING_URL });
    return asked;
  }

  it('is asked once for all texts, and its vectors get the length 1', async () => {
    const asked = await serve((texts) => texts.map((_, i) => [3, 4 + i]));
    const { vectors, ...answer } = await embed(TEXTS);
    expect(answer).toEqual({ model: 'small', dimension: 2, semantic: true });
    expect(vectors[0]).toEqual([0.6, 0.8]);
    expect(asked).toEqual([{ body: expect.objectContaining({ model: 'small', input: TEXTS }), key: 'Bearer embedding-key' }]);
  });

  it.each([
    ['too few vectors', () => [[1, 0]], 'model_unavailable'],
    ['vectors of different lengths', () => [[1, 0], [1], [1, 0]], 'model_unavailable'],
    ['no numbers', () => [[], [], []], 'model_unavailable'],
    ['a refused key', () => 401, 'model_key_rejected'],
    ['a limit', () => 429, 'model_rate_limited'],
    ['a failure', () => 500, 'model_unavailable'],
  ])('that answers with %s is an error', async (_, answer, code) => {
    await serve(answer);
    expect(await codeOf(embed(TEXTS))).toBe(code);
  });
});
