import type { BoardCard, BoardKind, CardStarted } from '@skep/contracts/coach';
import type { Step } from '@skep/platform';

/** An event of a board, as it is shown. */
export interface ShownEvent {
  type: string;
  data: unknown;
}

interface ShownCard {
  text: string;
  isWhole: boolean;
}

/**
 * What has been shown of a board. Its events are numbered without gaps, over all attempts of its run: an attempt that repeats a step shows
 * only what the one before it has not.
 */
export class ShownBoard {
  private count = 0;
  private readonly cards = new Map<string, ShownCard>();

  /** @param before what earlier attempts have shown, in the order of the log */
  constructor(before: readonly ShownEvent[]) {
    for (const { type, data } of before) {
      const { seq, card_id, text = '' } = data as { seq?: number; card_id?: string; text?: string };
      // Readers ignore a number that they have seen.
      if (seq !== this.count) continue;
      this.count++;
      if (card_id !== undefined) this.note(type, card_id, text);
    }
  }

  /** The number of the next event. */
  get next(): number {
    return this.count;
  }

  begin(step: Step, board_id: string, kind: BoardKind): void {
    if (!this.count) this.emit(step, 'board.created', { board_id, kind });
  }

  beginCard(step: Step, card: Omit<CardStarted, 'seq'>): void {
    if (!this.cards.has(card.card_id)) this.emit(step, 'card.started', card);
  }

  /** Shows what follows what was shown of a text. Nothing, if it is another text: the whole card replaces it. */
  grow(step: Step, card_id: string, text: string): void {
    const { text: shown } = this.cards.get(card_id)!;
    if (text.length > shown.length && text.startsWith(shown)) this.emit(step, 'card.delta', { card_id, text: text.slice(shown.length) });
  }

  endCard(step: Step, card: BoardCard): void {
    if (!this.cards.get(card.card_id)!.isWhole) this.emit(step, 'card.completed', { card_id: card.card_id, card });
  }

  private emit(step: Step, type: string, data: object): void {
    step.emit(type, { ...data, seq: this.count++ });
    const { card_id, text } = data as { card_id?: string; text?: string };
    if (card_id !== undefined) this.note(type, card_id, text);
  }

  private note(type: string, card_id: string, more = ''): void {
    const { text, isWhole } = this.cards.get(card_id) ?? { text: '', isWhole: false };
    this.cards.set(card_id, { text: type === 'card.delta' ? text + more : text, isWhole: isWhole || type === 'card.completed' });
  }
}
