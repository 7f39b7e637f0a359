import type { agent } from '@skep/contracts/agent';
import { freePort } from '@skep/platform/free-port';
import { fileURLToPath } from 'node:url';
import { systemEnv } from '../start/apps.ts';
import { terminate } from '../start/processes.mjs';
import { signUp } from './client.ts';
import { readEvents } from './read-events.ts';
import { startProgram } from './rivals.ts';
import type { Skep } from './skep.ts';

/** Someone who talks with an agent: `content` says what the scripted model answers; `onWord` gets the time at which it sent each word. */
export type Chatter = (content: string, onWord: (sentAt: number) => void) => Promise<void>;

/** Starts a program of `bare/` with an address of its own. */
export async function startBare(skep: Skep, name: 'chat' | 'model', env: Record<string, string> = {}) {
  const port = await freePort();
  const file = fileURLToPath(new URL(`bare/${name}.ts`, import.meta.url));
  const { id, ready } = startProgram(file, { ...systemEnv(process.env), NODE_ENV: 'production', PORT: String(port), ...env });
  skep.beforeStop(() => terminate(id, { within: 1000 }));
  await ready;
  return { url: `http://127.0.0.1:${port}`, pid: id.pid };
}

/** Reads an answer to its end. @throws Error if it has no end */
export async function readAnswer(
  url: string,
  headers: Record<string, string>,
  content: string,
  onWord: (sentAt: number) => void,
): Promise<void> {
  let end = '';
  const { ended } = await readEvents(url, headers, { content }, (event, data) => {
    if (event === 'done' || event === 'error') end = event === 'done' ? event : data;
    if (event !== 'chunk') return;
    for (const word of (JSON.parse(data) as { content: string }).content.split(' ')) if (word) onWord(Number(word));
  });
  await ended;
  if (end !== 'done') throw new Error(`the answer ended with ${end || 'nothing'}`);
}

/** Signs someone up who has the scripted model as their provider. Returns an access token of theirs. */
export async function signUpWithModel(skep: Skep, modelUrl: string): Promise<string> {
  const { access_token: token } = await signUp(skep);
  const provider = { name: 'scripted', display_name: 'Scripted', api_key: 'sk-x', base_url: `${modelUrl}/v1`, default_model: 'usual' };
  await skep.http('POST', '/api/config/providers', { token, body: provider as never });
  await skep.http('PUT', '/api/runtime/default-provider', { token, body: { provider: 'scripted' } as never });
  return token;
}

/** Signs people up; each answer is in a conversation of its own. */
export async function signUpChatters(skep: Skep, modelUrl: string, count: number): Promise<Chatter[]> {
  const { http, url } = skep;
  const chatter = async (): Promise<Chatter> => {
    const token = await signUpWithModel(skep, modelUrl);
    return async (content, onWord) => {
      const { id } = await http<typeof agent.createConversation>('POST', '/api/conversations', { token, body: {} as never });
      await readAnswer(`${url}/api/chat/${id}/stream`, { authorization: `Bearer ${token}` }, content, onWord);
    };
  };
  const chatters: Chatter[] = [];
  while (chatters.length < count) chatters.push(await chatter());
  return chatters;
}
