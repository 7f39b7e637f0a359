import {
  type ActiveCodingSession,
  agent,
  type AnswerCodingRequest,
  CodingSessionNotFound,
  type CodingSessionRef,
  type CodingStepRef,
  type FollowCodingSession,
  type InjectInstruction,
  type InstructionRef,
  type StartCodingTask,
} from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { CodingSessionRepository } from './coding-session.repository.js';
import { CodingSteps } from './coding-steps.js';
import { CodingTasks, TERMINAL } from './coding-tasks.js';
import { consentOf } from './consent.js';
import { Instructions } from './instructions.js';
import { taskOf } from './last-id.js';
import { Requests } from './requests.js';

const MESSAGES_MAX = 200;
/** What the last event of a task has behind its task. */
const ENDED = ':ended';

@Handlers()
export class CodingSessionHandlers {
  constructor(
    private readonly tasks: CodingTasks,
    private readonly sessions: CodingSessionRepository,
    private readonly requests: Requests,
    private readonly instructions: Instructions,
    private readonly conversations: ConversationRepository,
    private readonly steps: CodingSteps,
  ) {}

  @Handle(agent.startCodingTask)
  startCodingTask(ctx: Ctx, input: StartCodingTask) {
    return this.tasks.start(ctx, input);
  }

  /** The task that the last event names, if it is one of the session and has not been read to its end; else the newest one. */
  @Handle(agent.followCodingSession)
  async followCodingSession(ctx: Ctx, { session_id, last_event_id = '' }: FollowCodingSession) {
    const { run_id } = await this.sessions.find(ctx, session_id);
    if (run_id === null) throw CodingSessionNotFound();
    const named = taskOf(last_event_id);
    if (!named || named === run_id || last_event_id.endsWith(ENDED)) return { run_id };
    return { run_id: (await this.instructions.hasTask(session_id, named)) ? named : run_id };
  }

  @Handle(agent.answerCodingRequest)
  async answerCodingRequest(ctx: Ctx, { session_id, req_id, result }: AnswerCodingRequest) {
    await this.requests.answer(ctx, session_id, req_id, result);
    return { ok: true };
  }

  @Handle(agent.cancelCodingTask)
  async cancelCodingTask(ctx: Ctx, { session_id }: CodingSessionRef) {
    return { ok: await this.tasks.cancel(ctx, session_id) };
  }

  @Handle(agent.injectInstruction)
  async injectInstruction(ctx: Ctx, input: InjectInstruction) {
    await this.tasks.inject(ctx, input);
    return { ok: true };
  }

  @Handle(agent.dropInstruction)
  async dropInstruction(ctx: Ctx, { session_id, steer_iid }: InstructionRef) {
    return { ok: await this.instructions.drop(ctx, session_id, steer_iid) };
  }

  @Handle(agent.getCodingThread)
  async getCodingThread(ctx: Ctx, { session_id }: CodingSessionRef) {
    const session = await this.sessions.findOwn(ctx, session_id);
    const found = session ? await this.conversations.newest(ctx, session.conversation_id, { most: MESSAGES_MAX }) : [];
    const messages = found.map(({ role, content, metadata, created_at }) => {
      const surface = (metadata as { surface?: string }).surface ?? TERMINAL;
      return { surface, role, content, created_at };
    });
    return { messages };
  }

  @Handle(agent.getCodingStep)
  getCodingStep(ctx: Ctx, step: CodingStepRef) {
    return this.steps.find(ctx, step);
  }

  @Handle(agent.listActiveCodingSessions)
  async listActiveCodingSessions(ctx: Ctx) {
    const active = await this.sessions.listActive(ctx);
    const sessions: ActiveCodingSession[] = [];
    for (const { id, status, started } of active) {
      const session = await this.sessions.find(ctx, id);
      const { kind, slot, label, run_id } = session;
      const pending_consent = consentOf(session);
      const waits = status === 'waiting' ? ('parked' as const) : ('running' as const);
      sessions.push({ session_id: id, task_id: run_id!, kind, slot, label, status: waits, pending_consent, started });
    }
    return { sessions };
  }
}
