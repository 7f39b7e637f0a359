import { DeadlineExceeded, Internal, Problem } from '@skep/contracts';
import {
  type AskChart,
  type AskQuestion,
  type ChartFormat,
  coach,
  type QuestionAnswer,
  type QuestionConversationRef,
} from '@skep/contracts/coach';
import { type Ctx, Database, Handle, Handlers, Runs } from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { PersonRepository } from '../person/person.repository.js';
import { laneOf, QUESTION, questionIdOf, type QuestionResult } from './question-kind.js';
import { QuestionRepository } from './question.repository.js';

/** Milliseconds between two looks for an answer; the pause grows. */
const FIRST_MS = 20;
const MOST_MS = 250;
const MARGIN_MS = 500;

@Handlers()
export class QuestionHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly people: PersonRepository,
    private readonly questions: QuestionRepository,
  ) {}

  @Handle(coach.askQuestion)
  async askQuestion(ctx: Ctx, input: AskQuestion): Promise<QuestionAnswer> {
    const run_id = await this.start(ctx, input);
    for (let ms = FIRST_MS; Date.now() < ctx.deadline - MARGIN_MS; ms = Math.min(ms * 1.5, MOST_MS)) {
      const run = await this.runs.find(run_id);
      if (run?.status === 'done') return answerOf(run.result as QuestionResult);
      if (run?.status === 'failed' || run?.status === 'cancelled') throw Internal();
      await sleep(ms);
    }
    throw DeadlineExceeded();
  }

  @Handle(coach.streamAnswer)
  async streamAnswer(ctx: Ctx, input: AskQuestion) {
    return { run_id: await this.start(ctx, input) };
  }

  @Handle(coach.streamChart)
  async streamChart(ctx: Ctx, { format, ...input }: AskChart) {
    return { run_id: await this.start(ctx, input, format) };
  }

  @Handle(coach.resumeAnswer)
  async resumeAnswer(ctx: Ctx, { conversation_id }: QuestionConversationRef) {
    const { id } = await this.questions.newest(ctx, conversation_id);
    return { run_id: id.replace('qst_', 'run_') };
  }

  @Handle(coach.getQuestionConversation)
  getQuestionConversation(ctx: Ctx, { conversation_id }: QuestionConversationRef) {
    return this.questions.conversation(ctx, conversation_id);
  }

  /** @returns the run @throws Problem `question_conversation_not_found` */
  private async start(ctx: Ctx, { question, conversation_id: continued, timezone }: AskQuestion, format?: ChartFormat): Promise<string> {
    const zone = timezone ?? (await this.zoneOf(ctx));
    return this.db.transaction(async () => {
      if (continued !== undefined) await this.questions.newest(ctx, continued);
      const conversation_id = continued ?? `cnv_${crypto.randomUUID().replaceAll('-', '')}`;
      const input = { conversation_id, timezone: zone, ...(format && { format }) };
      const { id: run_id, outcome } = await this.runs.start(QUESTION, ctx, input, { lane: laneOf(conversation_id) });
      // A request that was repeated under its Idempotency-Key has asked before.
      if (outcome === 'started')
        await this.questions.add(ctx, { id: questionIdOf(run_id), conversation_id, kind: format ? 'chart' : 'text', question, run_id });
      return run_id;
    });
  }

  /** The time zone of the person, or UTC for those who have not begun. */
  private zoneOf(ctx: Ctx): Promise<string> {
    return this.people.find(ctx).then(
      ({ timezone }) => timezone,
      () => 'UTC',
    );
  }
}

/** @throws Problem that the question failed with */
function answerOf(result: QuestionResult): QuestionAnswer {
  if ('failed' in result) throw new Problem(result.failed.body, result.failed.retryAfter);
  if (!('answer' in result)) throw Internal();
  return result;
}
