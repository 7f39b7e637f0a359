import type { CodingTaskStarted, InjectInstruction, StartCodingTask } from '@skep/contracts/agent';
import { type Ctx, Database, positionAfter, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ShownEvents } from '../socket/shown-events.js';
import type { CodingTask } from '../turn/turn-kind.js';
import { Turns } from '../turn/turns.js';
import type { CodingSessionEntity } from './coding-session.entity.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { Instructions, type NewInstruction } from './instructions.js';
import { nameSession } from './session-name.js';
import { lastIdOf } from './last-id.js';

/** Where terminals say something. */
export const TERMINAL = 'terminal';
const CONTEXT_MAX = 60_000;
const LABEL_MAX = 100;

/** Starts the tasks of coding sessions, gives them instructions, and cancels them. */
@Injectable()
export class CodingTasks {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly turns: Turns,
    private readonly sessions: CodingSessionRepository,
    private readonly instructions: Instructions,
    private readonly events: ShownEvents,
  ) {}

  /** Takes an instruction once: as a new task, or by the one in progress. @throws Problem `too_many_coding_sessions`, `unavailable` */
  async start(ctx: Ctx, input: StartCodingTask): Promise<CodingTaskStarted> {
    const { task: text, coding_context, steer_iid: iid, surface = TERMINAL, slot, marathon, goal } = input;
    const name = nameSession(ctx.user, marathon ? 'marathon' : 'coding', coding_context.repo_key, slot);
    const now = await this.events.last();
    return this.db.transaction(async () => {
      const session = await this.sessions.lockOrCreate(ctx, name);
      const context = JSON.stringify(coding_context).slice(0, CONTEXT_MAX);
      const coding = { session_id: name.id, context, ...(marathon && { goal: goal ?? text }) };
      const { run_id, isNew } = await this.take(ctx, session, { iid, text, surface }, coding);
      return { session_id: name.id, task_id: run_id, last_id: lastIdOf(run_id, isNew ? '0-0' : attachAt(session, now)) };
    });
  }

  /** Tells the task in progress something; if there is none, it is a new task. @throws Problem `coding_session_not_found`, `too_many_coding_sessions` */
  async inject(ctx: Ctx, { session_id, text, steer_iid: iid, surface = TERMINAL }: InjectInstruction): Promise<void> {
    await this.db.transaction(async () => {
      const session = await this.sessions.lock(ctx, session_id);
      const coding = { session_id, context: '{}', ...(session.kind === 'marathon' && { goal: session.label }) };
      await this.take(ctx, session, { iid, text, surface }, coding);
    });
  }

  /** Cancels the task in progress. False if there is none. @throws Problem `coding_session_not_found` */
  async cancel(ctx: Pick<Ctx, 'tenant' | 'user'>, session_id: string): Promise<boolean> {
    return this.db.transaction(async () => {
      const session = await this.sessions.lock(ctx, session_id);
      await this.sessions.update(session, { request: null, hears: false });
      return session.run_id !== null && (await this.runs.cancel(session.run_id));
    });
  }

  /** Where a reader of the task in progress begins: what was asked before is not asked again. Null without a task. */
  async findAttach(session: CodingSessionEntity) {
    if (!(await this.sessions.statusOf(session))) return null;
    const now = await this.events.last();
    return { task_id: session.run_id!, last_id: lastIdOf(session.run_id!, attachAt(session, now)), kind: session.kind };
  }

  private async take(
    ctx: Ctx,
    session: CodingSessionEntity,
    instruction: NewInstruction,
    coding: CodingTask,
  ): Promise<{ run_id: string; isNew: boolean }> {
    const before = await this.instructions.find(session.id, instruction.iid);
    if (before?.run_id) return { run_id: before.run_id, isNew: before.state === 'taken' };
    const isWorking = (await this.sessions.statusOf(session)) !== undefined;
    if (isWorking && session.hears) {
      await this.instructions.tellTask(session, instruction);
      return { run_id: session.run_id!, isNew: false };
    }
    if (!isWorking) await this.sessions.assertRoom(ctx);
    const { conversation_id, id } = session;
    const { iid, text, surface } = instruction;
    const options = { key: `coding ${id} ${iid}`, surface, coding };
    const run_id = await this.turns.say(ctx, { conversation_id, content: text }, options);
    const label = text.replaceAll(/\s+/g, ' ').slice(0, LABEL_MAX);
    await this.sessions.update(session, { run_id, hears: true, wake: 0, request: null, label, updated_at: new Date() });
    await this.instructions.addTask(session, instruction, run_id);
    return { run_id, isNew: true };
  }
}

/** Before the open request, if there is one. */
const attachAt = ({ request }: CodingSessionEntity, now: number): string => positionAfter(request?.after ?? now);
