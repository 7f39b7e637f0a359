import type { Request } from 'autocannon';
import { logIn } from './client.ts';
import type { Skep } from './skep.ts';

/** Sessions whose refresh tokens rotate. */
export type Sessions = Awaited<ReturnType<typeof openSessions>>;

/** Creates one session per connection. */
export async function openSessions(skep: Skep, connections: number) {
  let free = await logInTimes(skep, connections);
  const away = new Set<string>();
  return {
    take(): string {
      const token = free.pop();
      if (token === undefined) throw new Error('Every session is in use.');
      away.add(token);
      return token;
    },
    trade(old: string, fresh: string) {
      away.delete(old);
      free.push(fresh);
    },
    /** After a round, whose end interrupts answers: for some seconds, their tokens may be used again. */
    giveBack() {
      free.push(...away);
      away.clear();
    },
    /** Replaces the sessions. */
    async reopen() {
      free = await logInTimes(skep, connections);
      away.clear();
    },
  };
}

async function logInTimes(skep: Skep, times: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let i = 0; i < times; i += 8)
    tokens.push(...(await Promise.all(Array.from({ length: 8 }, () => logIn(skep)))).map(({ refresh_token }) => refresh_token));
  return tokens;
}

/** What autocannon keeps between a request and its response. */
interface Context {
  token?: string;
}

/** A refresh with the newest token of a session. */
export const refreshOf = (sessions: Sessions): Request => ({
  method: 'POST',
  path: '/v1/auth/refresh',
  headers: { 'content-type': 'application/json' },
  setupRequest(request: Request, context: Context) {
    context.token = sessions.take();
    return { ...request, body: JSON.stringify({ refresh_token: context.token }) };
  },
  onResponse(status: number, body: string, { token = '' }: Context) {
    sessions.trade(token, status === 200 ? (JSON.parse(body) as { refresh_token: string }).refresh_token : token);
  },
});
