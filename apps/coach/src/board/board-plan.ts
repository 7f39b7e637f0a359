import { List, OneOf, Optional, Shape, Text } from '@skep/contracts';
import { CARD_TYPES, type CardType } from '@skep/contracts/coach';
import { MEASURES, type Measure, type Week } from './training.repository.js';

@Shape('A card of the board.')
export class PlannedCard {
  @OneOf(CARD_TYPES, {
    description: 'summary: prose; list: things to do or to know; question: asks the person something; chart: how the weeks went.',
  })
  type!: CardType;
  @Text({ min: 1, max: 120, description: 'Title, a few words.' }) title!: string;
  @Text({
    max: 2_000,
    description:
      'Of a summary: what its text is to say, in one sentence; another writer writes it. Of a question: the question. Of a list: one sentence before it. Of a chart: its caption.',
  })
  text!: string;
  @Optional() @List('text', { max: 12, length: 500, description: 'Of a list: its items.' }) items?: string[];
  @Optional() @List('text', { max: 6, length: 120, description: 'Of a question: answers to choose from.' }) options?: string[];
  @Optional() @OneOf(MEASURES, { description: 'Of a chart: what it shows by week.' }) measure?: Measure;
}

@Shape('The cards of the board, in their order.')
export class BoardPlan {
  @List(() => PlannedCard, { min: 1, max: 6, description: 'One to six cards, the most important one first.' }) cards!: PlannedCard[];
}

/** The cards of a plan that have what they show: a chart needs two weeks. */
export const shownCards = ({ cards }: BoardPlan, weeks: readonly Week[]): PlannedCard[] =>
  cards.filter(({ type }) => type !== 'chart' || weeks.length > 1);

/** What is wrong with a plan; undefined if nothing is. */
export function faultOf(plan: BoardPlan, weeks: readonly Week[]): string | undefined {
  const { cards } = plan;
  for (const [n, { type, text, items }] of cards.entries()) {
    if (type === 'list' && !items?.some((item) => item.trim())) return `cards.${n}.items: a list needs items`;
    if (type !== 'list' && !text.trim()) return `cards.${n}.text: must not be empty`;
  }
  return shownCards(plan, weeks).length ? undefined : 'cards: there is no data for a chart';
}
