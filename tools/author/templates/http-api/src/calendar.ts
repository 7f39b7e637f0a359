import type { Ctx, JsonObject } from '@skep/app';

const API = 'https://www.googleapis.com/calendar/v3/calendars/primary';

/** Asks the API with the account that the user has connected. @throws Error with what Google answered */
export async function calendar<T>(ctx: Ctx, method: string, path: string, body?: JsonObject): Promise<T> {
  const response = await ctx.http.fetch(API + path, {
    method,
    account: 'google',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status === 403)
    throw new Error('Google does not allow this. Connect your account once more, and agree to all that is asked.');
  if (response.status >= 400) throw new Error(`Google answered ${response.status}: ${response.body.slice(0, 200)}`);
  return JSON.parse(response.body) as T;
}
