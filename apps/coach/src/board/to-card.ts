import { Problem, read } from '@skep/contracts';
import { BoardCard, type CardStarted, type ChartSpec, ModelFailed } from '@skep/contracts/coach';
import { toSpec } from '../question/chart.js';
import type { PlannedCard } from './board-plan.js';
import type { Measure, Week } from './training.repository.js';

/** The card of a plan with its text. @throws Problem `model_failed` if it is none that may be shown */
export function toCard(
  begun: Omit<CardStarted, 'seq'>,
  { type, items = [], options = [], measure = 'distance_km' }: PlannedCard,
  text: string,
  weeks: readonly Week[],
): BoardCard {
  if (type !== 'list' && !text.trim()) throw ModelFailed();
  try {
    return read(BoardCard, {
      ...begun,
      text,
      ...(type === 'list' && { items: items.filter((item) => item.trim()) }),
      ...(type === 'question' && options.length && { options }),
      ...(type === 'chart' && { spec: chartOf(weeks, measure, text) }),
    });
  } catch (error) {
    throw error instanceof Problem ? ModelFailed() : error;
  }
}

/** The weeks as a chart: the model chooses what is shown, and writes no value. */
function chartOf(weeks: readonly Week[], y: Measure, caption: string): ChartSpec {
  const columns = [
    { name: 'week', kind: 'time' as const },
    { name: y, kind: 'number' as const },
  ];
  return toSpec({ mark: 'bar', x: 'week', y, caption }, { query: '', views: [], columns, rows: [...weeks], isCut: false }, caption);
}
