import type { coach } from '@skep/contracts/coach';
import type { models } from '@skep/contracts/models';
import { logIn, signUp } from './client.ts';
import type { Skep } from './skep.ts';

/** Signs someone up who begins with the coach. Returns an access token of theirs, and their id. */
export async function signUpCoachee(skep: Skep): Promise<{ token: string; user: string }> {
  const { access_token: token } = await signUp(skep);
  const { id } = await skep.http<typeof coach.beginCoaching>('POST', '/users', { token, body: { display_name: 'Ada' } });
  return { token, user: id };
}

/** Makes a scripted model the one of everyone in the tenant, instead of an earlier one. */
export async function offerModel(skep: Skep, modelUrl: string): Promise<void> {
  const { access_token: token } = await logIn(skep);
  const { providers } = await skep.http<typeof models.listProviders>('GET', '/api/config/providers', { token });
  const settings = { api_key: 'sk-x', base_url: `${modelUrl}/v1`, default_model: 'usual' };
  const isThere = providers.some(({ name }) => name === 'offered');
  if (isThere) await skep.http('PUT', '/api/config/providers/offered', { token, body: settings as never });
  else
    await skep.http('POST', '/api/config/providers', { token, body: { name: 'offered', display_name: 'Offered', ...settings } as never });
}
