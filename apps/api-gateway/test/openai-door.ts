import { languageModel, type LanguageModel, type Skep, startSkep, type TestUser } from '@skep/testkit';
import OpenAI from 'openai';

/** A Skep with a person who has a model `mine/usual` and a key, and the unmodified client of OpenAI. */
export interface OpenAiDoor {
  skep: Skep;
  model: LanguageModel;
  ada: TestUser;
  openai: OpenAI;
  clientOf(apiKey: string): OpenAI;
  close(): Promise<unknown>;
}

export async function openAiDoor(): Promise<OpenAiDoor> {
  const model = await languageModel();
  const skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' } });
  const ada = await skep.signUpUser();
  const key = String((await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'all', scopes: '*' } })).json['key']);
  const provider = { name: 'mine', display_name: 'Mine', api_key: 'sk-mine', base_url: `${model.url}/v1`, default_model: 'usual' };
  await skep.http('POST', '/api/config/providers', { token: ada.access, body: provider });
  await skep.http('PUT', '/api/runtime/default-provider', { token: ada.access, body: { provider: 'mine' } });
  const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${skep.url}/api/openai/v1`, maxRetries: 0 });
  return { skep, model, ada, clientOf, openai: clientOf(key), close: () => Promise.all([skep.close(), model.close()]) };
}

/** What the model does when nothing else is said. */
export const reset = (model: LanguageModel): void =>
  void Object.assign(model, { mood: 'answer', asked: [], says: 'Bees are hairy.', calls: undefined, pauseMs: undefined });
