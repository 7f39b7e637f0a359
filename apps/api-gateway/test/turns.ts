import { type LanguageModel, languageModel, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';
import { Reader } from './streams/reader.js';

/** The app that the person of these turns has installed. */
const APP = 'link-saver';
/** What the model says: long enough to be interrupted. */
export const WORDS = Array.from({ length: 60 }, (_, n) => `w${n}`).join(' ');

/** A Skep whose person talks with agents of a model on loopback. */
export interface Turns {
  skep: Skep;
  model: LanguageModel;
  bob: TestUser;
  ask(method: string, path: string, body?: unknown): ReturnType<Skep['http']>;
  /** Begins so many conversations. */
  talks(count: number): Promise<string[]>;
  streamOf(id: string): string;
  /** Says something in a conversation, and reads the answer. */
  begin(id: string): Promise<Reader>;
  /** Lets the model save a link by the app, and then say 'Done.'. */
  useTool(): void;
  /** How many links have been saved. */
  links(): Promise<number>;
}

/** One set-up for the tests of a file. @param options split: each service in a process of its own */
export function useTurns(options: { split?: boolean } = {}): Turns {
  const used = {} as Turns;
  beforeAll(async () => {
    const model = await languageModel();
    const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
    Object.assign(used, { model, skep: await startSkep({ ...options, env: { ...operator, SKEP_RUN_LEASE_MS: '2000' } }) });
    used.bob = (await publishPaidApp(used.skep, 1)).bob;
  });
  beforeEach(() => void Object.assign(used.model, { asked: [], says: WORDS, pauseMs: 30, calls: undefined }));
  afterAll(() => Promise.all([(used as Partial<Turns>).skep?.close(), (used as Partial<Turns>).model?.close()]));
  used.ask = (method, path, body) => used.skep.http(method, path, { token: used.bob.access, ...(body !== undefined && { body }) });
  used.talks = (count) =>
    Promise.all(Array.from({ length: count }, async () => String((await used.ask('POST', '/api/conversations', {})).json['id'])));
  used.streamOf = (id) => `${used.skep.url}/api/chat/${id}/stream`;
  used.begin = (id) => Reader.open(used.streamOf(id), used.bob.access, { input: { content: 'Go.' } });
  used.useTool = () =>
    void Object.assign(used.model, {
      ...{ calls: { name: `${APP}__save_link`, args: { url: 'https://bees.example.com' } }, says: 'Done.', pauseMs: 0 },
    });
  used.links = async () =>
    Number((await used.skep.infra.query('kernel', 'select count(*)::int as n from document where app_id = $1', [APP]))[0]!['n']);
  return used;
}

/** Waits until each reader has got some words. */
export const wordsOfAll = (readers: readonly Reader[]) =>
  waitUntil('words of all', () => readers.every((reader) => said(reader).split(' ').length > 5));

/** The words that a reader has got. */
export const said = ({ events }: Reader): string =>
  events.map(({ event, data }) => (event === 'chunk' ? (data as { content: string }).content : '')).join('');
