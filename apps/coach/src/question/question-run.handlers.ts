import { Problem } from '@skep/contracts';
import type { ChartCaption, QuestionDelta, QuestionStatus } from '@skep/contracts/coach';
import { Handlers, OnRun, type Run, type Step } from '@skep/platform';
import { AskModel } from '../model/ask-model.js';
import { DrawChart } from './draw-chart.js';
import { FindRows } from './find-rows.js';
import { ANSWER_SYSTEM, dataPrompt, questionPrompt } from './prompts.js';
import type { QuestionEntity } from './question.entity.js';
import { QUESTION, questionIdOf, type QuestionInput, type QuestionResult } from './question-kind.js';
import { QuestionRepository } from './question.repository.js';
import type { Result } from './reader.js';

/** Another attempt may find the service again. */
const TEMPORARY = ['unavailable', 'deadline_exceeded', 'idempotency_in_progress', 'internal'];

/** Answers questions: a query for the rows, then words or a chart. Each call of a model and each query is a step, and the answer is kept once. */
@Handlers()
export class QuestionRunHandlers {
  constructor(
    private readonly questions: QuestionRepository,
    private readonly rows: FindRows,
    private readonly charts: DrawChart,
    private readonly model: AskModel,
  ) {}

  @OnRun(QUESTION)
  async answer(run: Run, input: QuestionInput): Promise<QuestionResult> {
    const id = questionIdOf(run.id);
    try {
      const asked = await run.step('question', ({ ctx }) => this.load(ctx, id));
      if (!asked) return { failed: gone };
      return await (input.format ? this.draw(run, input, asked) : this.say(run, input, asked));
    } catch (error) {
      if (!(error instanceof Problem) || TEMPORARY.includes(error.body.code)) throw error;
      await run.commit('give up', ({ ctx }) => this.questions.giveUp(ctx, id));
      return { failed: { body: error.body, ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }) } };
    }
  }

  private async load(owner: Step['ctx'], id: string) {
    const row = await this.questions.find(owner, id);
    return row && { row, before: await this.questions.before(owner, row) };
  }

  private async say(run: Run, { conversation_id, timezone }: QuestionInput, { row, before }: Asked): Promise<QuestionResult> {
    const prompt = questionPrompt(row, before, timezone);
    await show(run, 'reading', conversation_id);
    const result = await this.rows.run(run, prompt, timezone);
    const answer = await run.step('answer', async (step) => {
      // Words of an attempt that was interrupted come again: with this status they begin again.
      step.emit('status', { status: 'writing', conversation_id } satisfies QuestionStatus);
      const question = { system: ANSWER_SYSTEM, prompt: `${prompt}\n\n${dataPrompt(result)}` };
      return this.model.stream(step.ctx, question, (text) => step.emit('delta', { text } satisfies QuestionDelta));
    });
    const sources = sourcesOf(result);
    const took_ms = await run.commit('keep', ({ ctx }) => this.questions.answer(ctx, row.id, { answer, sources }));
    return { answer, conversation_id, sources, took_ms: took_ms ?? 0 };
  }

  private async draw(run: Run, { conversation_id, timezone, format }: QuestionInput, { row, before }: Asked): Promise<QuestionResult> {
    await show(run, 'reading', conversation_id);
    const { result, spec } = await this.charts.run(
      run,
      row.question,
      questionPrompt(row, before, timezone),
      { timezone, format: format! },
      () => show(run, 'drawing', conversation_id),
    );
    const caption = spec.description;
    const sources = sourcesOf(result);
    const took_ms = await run.commit('keep', async (step) => {
      step.emit('spec', spec);
      step.emit('caption', { caption } satisfies ChartCaption);
      return this.questions.answer(step.ctx, row.id, { answer: caption, spec, sources });
    });
    return { caption, conversation_id, sources, took_ms: took_ms ?? 0 };
  }
}

type Asked = { row: QuestionEntity; before: QuestionEntity[] };

const gone: Pick<Problem, 'body'> = {
  body: { code: 'not_found', title: 'Not found.', detail: 'The question was erased.', status: 404, type: '/problems/not_found' },
};

const show = (run: Run, status: QuestionStatus['status'], conversation_id: string): Promise<void> =>
  run.step(status, (step) => step.emit('status', { status, conversation_id } satisfies QuestionStatus));

const sourcesOf = ({ views, query, rows }: Result) => [{ views, query, rows: rows.length }];
