import { agent, type CodingTaskStarted, type StartCodingTask } from '@skep/contracts/agent';
import { type Ctx, openLog, type RunEvent, RunLog } from '@skep/platform';
import { waitUntil } from '@skep/testkit';
import { randomUUID } from 'node:crypto';
import type { Agents } from './agents.js';

export type Frame = Record<string, unknown> & { type: string; req_id: string };
const LONG_AGO_MS = 600_000;

export const iid = (): string => randomUUID().replaceAll('-', '');
/** Has the scripted model read a file at the terminal. */
export const READ = 'use read_file {"path":"README.md"}';

/** A terminal of a person, in a repository of its own. */
export class TestTerminal {
  readonly repo_key = iid().slice(0, 12);
  private readonly runLog: RunLog;

  constructor(
    private readonly agents: Agents,
    readonly who: Ctx,
  ) {
    this.runLog = new RunLog(agents.bus.connection, openLog('test', 'silent'));
  }

  get session_id(): string {
    return `coding-${this.who.user}-r${this.repo_key}`;
  }

  start(task: string, more: Partial<StartCodingTask> = {}): Promise<CodingTaskStarted> {
    const coding_context = { repo_key: this.repo_key, cwd: 'bees' };
    return this.agents.call(agent.startCodingTask, this.who, { task, coding_context, steer_iid: iid(), ...more });
  }

  /** What the stream of a task has shown so far. */
  async frames(run: string): Promise<Frame[]> {
    const events: RunEvent[] = [];
    const stop = new AbortController();
    const reader = { run, context: 'agent', signal: stop.signal, onEvent: (event: RunEvent) => void events.push(event) };
    const rest = { onEnd: () => undefined, onLost: () => undefined, ready: () => Promise.resolve() };
    await this.runLog.read({ ...reader, ...rest }, { since: new Date(Date.now() - LONG_AGO_MS) });
    stop.abort();
    return events.filter(({ type }) => !type.startsWith('run.')).map(({ data }) => data as Frame);
  }

  /** The nth frame of a type. */
  async frame(run: string, type: string, n = 0): Promise<Frame> {
    const find = async () => (await this.frames(run)).filter((frame) => frame.type === type)[n];
    await waitUntil(`a ${type}`, async () => (await find()) !== undefined, 20_000);
    return (await find())!;
  }

  answer({ req_id }: Pick<Frame, 'req_id'>, result: Record<string, unknown>) {
    return this.agents.call(agent.answerCodingRequest, this.who, { session_id: this.session_id, req_id, result });
  }

  /** How a task has ended. */
  async end(run: string): Promise<{ status: string; text: string | undefined }> {
    const find = () => this.agents.query('select status, result from run where id = $1 and ended_at is not null', [run]);
    await waitUntil('the task to end', async () => (await find()).length === 1, 20_000);
    const [{ status, result }] = (await find()) as [{ status: string; result: { text?: string } | null }];
    return { status, text: result?.text };
  }

  async thread(): Promise<string[]> {
    const { messages } = await this.agents.call(agent.getCodingThread, this.who, { session_id: this.session_id });
    return messages.map(({ role, content }) => `${role}: ${content}`);
  }

  cancel() {
    return this.agents.call(agent.cancelCodingTask, this.who, { session_id: this.session_id });
  }
}
