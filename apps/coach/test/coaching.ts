import { runOperations } from '@skep/contracts';
import { coach, type StreamBoard } from '@skep/contracts/coach';
import { type Ctx, type Env, openLog, RunLog, type RunningProcess } from '@skep/platform';
import {
  type AppProcess,
  asService,
  asUser,
  BOARD_PLAN,
  type BoardEvent,
  type LanguageModel,
  languageModel,
  type ServiceHarness,
  startModels,
  startService,
  waitUntil,
} from '@skep/testkit';
import { randomBytes, randomUUID } from 'node:crypto';

/** What the model says in a summary. */
export const WORDS = Array.from({ length: 20 }, (_, n) => `w${n}`).join(' ');

export interface Coaching extends ServiceHarness {
  model: LanguageModel;
  models: AppProcess;
  startModels(more?: Record<string, string>): Promise<AppProcess>;
  /** Someone who has begun with the coach. */
  person(): Promise<Ctx>;
  /** Starts a board; gives its run. */
  start(who: Ctx, more?: Partial<StreamBoard>): Promise<string>;
  /** The events of a board once it has ended, as a reader sees them. */
  read(run_id: string, timeoutMs?: number): Promise<BoardEvent[]>;
}

/** The coach with language models, of which one on loopback answers. Without `start` the test starts it as a process. */
export async function openCoaching(start?: (env: Env) => Promise<RunningProcess>, env: Record<string, string> = {}): Promise<Coaching> {
  const model = await languageModel();
  const harness = await startService('coach', start, { env });
  const models = await startModels(harness, model);
  const log = new RunLog(harness.bus.connection, openLog('test', 'silent'));
  const endOf = async (run_id: string) => (await harness.call(runOperations('coach').getRun, asService('test'), { run_id })).end;
  return {
    ...harness,
    ...{ model, models },
    startModels: (more) => startModels(harness, model, more),
    person: async () => {
      const who = asUser(randomBytes(6).toString('hex'), { scopes: ['coach:use'] });
      await harness.call(coach.beginCoaching, who, { display_name: 'Ada' });
      return who;
    },
    start: async (who, more = {}) => {
      const input = { kind: 'daily' as const, client_request_id: randomUUID(), force: true, ...more };
      return (await harness.call(coach.streamBoard, who, input)).run_id;
    },
    read: async (run, timeoutMs = 30_000) => {
      const end = await waitUntil(`the end of ${run}`, () => endOf(run), timeoutMs);
      const shown: BoardEvent[] = [];
      for (const { type, data } of await log.collect({ run, context: 'coach' }, { since: new Date(0) }))
        if ((data as BoardEvent['data'] | null)?.seq === shown.length) shown.push({ event: type, data: data as BoardEvent['data'] });
      return [...shown, end.result as BoardEvent];
    },
    close: async () => {
      await harness.close();
      await model.close();
    },
  };
}

/** The model plans a board, and says the words of its summaries. */
export const answering = (model: LanguageModel, more: Partial<LanguageModel> = {}) =>
  Object.assign(model, { mood: 'answer', says: WORDS, pauseMs: undefined, calls: BOARD_PLAN, asked: [], ...more });
