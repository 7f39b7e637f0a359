import { Problem, read } from '@skep/contracts';
import { BoardCard, type CardStarted, ModelFailed } from '@skep/contracts/coach';
import type { PlannedCard } from './board-plan.js';

/** The card of a plan with its text. @throws Problem `model_failed` if it is none that may be shown */
export function toCard(begun: Omit<CardStarted, 'seq'>, { type, items = [], options = [] }: PlannedCard, text: string): BoardCard {
  if (type !== 'list' && !text.trim()) throw ModelFailed();
  try {
    return read(BoardCard, {
      ...begun,
      text,
      ...(type === 'list' && { items: items.filter((item) => item.trim()) }),
      ...(type === 'question' && options.length && { options }),
    });
  } catch (error) {
    throw error instanceof Problem ? ModelFailed() : error;
  }
}
