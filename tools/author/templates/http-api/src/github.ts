import type { Ctx, JsonObject } from '@skep/app';

const API = 'https://api.github.com';

/** Asks the API as the user. @throws Error with what the user should do, or what GitHub answered */
export async function github<T>(ctx: Ctx, method: string, path: string, body?: JsonObject): Promise<T> {
  const token = await ctx.secrets.get('github_token');
  if (!token) throw new Error("Set the secret 'github_token' of this app first.");
  const response = await ctx.http.fetch(API + path, {
    method,
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'user-agent': ctx.app.id },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status === 401) throw new Error("GitHub does not accept the secret 'github_token'. Set a new one.");
  if (response.status >= 400) throw new Error(`GitHub answered ${response.status}: ${response.body.slice(0, 200)}`);
  return JSON.parse(response.body) as T;
}
