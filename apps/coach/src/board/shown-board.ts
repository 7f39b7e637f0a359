import type { BoardCard, BoardKind, CardStarted } from '@skep/contracts/coach';
import type { Step } from '@skep/platform';

/** An event of a board, as it is shown. */
export interface ShownEvent {
  type: string;
  data: unknown;
}

interface ShownCard {
  /** What earlier attempts have shown of its text. */
  before: string;
  /** How many characters of it this attempt has received. */
  heard: number;
  /** The text of this attempt is another than the one that was shown. */
  differs: boolean;
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
      if (card_id === undefined) continue;
      const card = this.note(type, card_id);
      if (type === 'card.delta') card.before += text;
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

  /** Shows more of a text, as far as earlier attempts have not. Nothing, if it is another text than theirs: the whole card replaces it. */
  grow(step: Step, card_id: string, more: string): void {
    const card = this.cards.get(card_id)!;
    const known = card.before.slice(card.heard, card.heard + more.length);
    card.heard += more.length;
    card.differs ||= !more.startsWith(known);
    if (!card.differs && more.length > known.length) this.emit(step, 'card.delta', { card_id, text: more.slice(known.length) });
  }

  endCard(step: Step, card: BoardCard): void {
    if (!this.cards.get(card.card_id)!.isWhole) this.emit(step, 'card.completed', { card_id: card.card_id, card });
  }

  private emit(step: Step, type: string, data: object): void {
    step.emit(type, { ...data, seq: this.count++ });
    const { card_id } = data as { card_id?: string };
    if (card_id !== undefined) this.note(type, card_id);
  }

  private note(type: string, card_id: string): ShownCard {
    const card = this.cards.get(card_id) ?? { before: '', heard: 0, differs: false, isWhole: false };
    card.isWhole ||= type === 'card.completed';
    this.cards.set(card_id, card);
    return card;
  }
}
