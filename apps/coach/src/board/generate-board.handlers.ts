import { Problem } from '@skep/contracts';
import type { BoardCard, CardStarted } from '@skep/contracts/coach';
import type { TokenUsage } from '@skep/contracts/models';
import { Handlers, OnRun, type Run } from '@skep/platform';
import { AskModel } from '../model/ask-model.js';
import { BoardContext } from './board-context.js';
import { BoardPlan, faultOf, type PlannedCard, shownCards } from './board-plan.js';
import { BoardRepository } from './board.repository.js';
import { BOARD, type BoardEnd, type BoardInput, boardOf } from './board-run.js';
import { planQuestion, type BoardData, summaryQuestion } from './prompts.js';
import type { ShownBoard } from './shown-board.js';
import { ShownBoards } from './shown-boards.js';
import { toCard } from './to-card.js';

/** Another attempt may find the models again. */
const TEMPORARY = ['unavailable', 'deadline_exceeded', 'idempotency_in_progress'];
const TRIES = 6;

/** What a step got from the model. */
interface Asked<T> {
  value: T;
  usage: TokenUsage;
}

/** Generates boards: a plan of the cards, then one card after the other. Each of these is a step, and shows what it has when it has it. */
@Handlers()
export class GenerateBoardHandlers {
  constructor(
    private readonly boards: BoardRepository,
    private readonly context: BoardContext,
    private readonly model: AskModel,
    private readonly shown: ShownBoards,
  ) {}

  @OnRun(BOARD)
  async generate(run: Run, input: BoardInput): Promise<BoardEnd> {
    const shown = await this.shown.open(run);
    try {
      return await this.show(run, input, shown);
    } catch (error) {
      if (run.signal.aborted && (run.signal.reason as { why?: string }).why === 'late')
        await this.boards.end(run.ctx, boardOf(run.id), 'failed');
      if (!(error instanceof Problem) || (TEMPORARY.includes(error.body.code) && run.attempt < TRIES)) throw error;
      return run.commit('fail', async () => {
        await this.boards.end(run.ctx, boardOf(run.id), 'failed');
        return { event: 'error' as const, data: { ...toFailure(error), seq: shown.next } };
      });
    }
  }

  private async show(run: Run, input: BoardInput, shown: ShownBoard): Promise<BoardEnd> {
    const board_id = boardOf(run.id);
    await run.step('begin', async (step) => {
      shown.begin(step, board_id, input.kind);
      await step.shown();
    });
    // Cards and their charts are of one state of the data, whichever attempt makes them.
    const data = await run.step('read', () => this.context.read(run.ctx, input));
    const plan = await run.step('plan', ({ ctx }) =>
      asked((used) =>
        this.model.value(ctx, { ...planQuestion(data), answer: BoardPlan, check: (plan) => faultOf(plan, data.weeks), used }),
      ),
    );
    const usages = [plan.usage];
    const cards = shownCards(plan.value, data.weeks);
    for (const [n, planned] of cards.entries()) {
      const { value: card, usage } = await this.showCard(run, `card_${n + 1}`, planned, data, shown);
      await run.commit(`keep card_${n + 1}`, () => this.boards.addCard(run.ctx, board_id, card));
      usages.push(usage);
    }
    return run.commit('finish', async () => {
      await this.boards.end(run.ctx, board_id, 'completed');
      return { event: 'board.completed' as const, data: { board_id, cards: cards.length, usage: sumOf(usages), seq: shown.next } };
    });
  }

  private showCard(run: Run, card_id: string, planned: PlannedCard, data: BoardData, shown: ShownBoard): Promise<Asked<BoardCard>> {
    const { type, title } = planned;
    const begun: Omit<CardStarted, 'seq'> = { card_id, type, title };
    return run.step(card_id, async (step) => {
      shown.beginCard(step, begun);
      const hear = (more: string) => shown.grow(step, card_id, more);
      const { value, usage } = await asked((used) =>
        type === 'summary' ? this.model.stream(step.ctx, { ...summaryQuestion(data, planned), used }, hear) : Promise.resolve(planned.text),
      );
      const card = toCard(begun, planned, value, data.weeks);
      shown.endCard(step, card);
      await step.shown();
      return { value: card, usage };
    });
  }
}

const NOTHING: TokenUsage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

const sumOf = (usages: readonly TokenUsage[]): TokenUsage =>
  usages.reduce(
    (sum, each) => ({
      prompt_tokens: sum.prompt_tokens + each.prompt_tokens,
      completion_tokens: sum.completion_tokens + each.completion_tokens,
      total_tokens: sum.total_tokens + each.total_tokens,
    }),
    NOTHING,
  );

/** What a question gives, and the tokens of all its answers. */
async function asked<T>(ask: (used: (usage: TokenUsage) => void) => Promise<T>): Promise<Asked<T>> {
  const usages: TokenUsage[] = [];
  const value = await ask((usage) => void usages.push(usage));
  return { value, usage: sumOf(usages) };
}

/** Failures of providers have our own texts; those of budgets and settings say what to do. */
function toFailure({ body: { title, detail, status }, retryAfter }: Problem) {
  const isOfProvider = status >= 500 && status !== 503;
  return {
    code: 'generation_failed',
    detail: isOfProvider || typeof detail !== 'string' ? title : detail,
    retryable: isOfProvider || retryAfter !== undefined,
  };
}
