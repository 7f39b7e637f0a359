/** An event of a board, as a client gets it. */
export interface BoardEvent {
  event: string;
  data: {
    seq?: number;
    board_id?: string;
    card_id?: string;
    type?: string;
    text?: string;
    card?: { text: string };
    cards?: number;
    code?: string;
  };
}

/** What a model answers when it is asked for the cards of a board. */
export const BOARD_PLAN = {
  name: 'board_plan',
  args: {
    cards: [
      { type: 'summary', title: 'Today', text: 'How the day is.' },
      { type: 'list', title: 'Then', text: '', items: ['An easy run', 'Eight strides'] },
      { type: 'question', title: 'And you?', text: 'How is your knee?', options: ['Fine', 'It hurts'] },
      { type: 'summary', title: 'Tomorrow', text: 'What follows.' },
    ],
  },
};

const PARTS = ['card.started', 'card.delta', 'card.completed'];

/** What is wrong with the events of a board, from its first to its last; empty if nothing is. */
export function faultsOfBoard(events: readonly BoardEvent[]): string[] {
  const cards = new Map<string, { text: string; isWhole: boolean }>();
  const faults: string[] = [];
  for (const [n, { event, data }] of events.entries()) {
    const fault = (what: string) => void faults.push(`${n} ${event}: ${what}`);
    if (data.seq !== n) fault(`has the number ${data.seq}`);
    const isLast = n === events.length - 1;
    if ((n === 0) !== (event === 'board.created') || isLast !== ['board.completed', 'error'].includes(event)) fault('is out of place');
    if (!PARTS.includes(event)) continue;
    const id = data.card_id!;
    const card = cards.get(id);
    if (event === 'card.started') cards.set(id, card ? (fault('a second time'), card) : { text: '', isWhole: false });
    else if (!card || card.isWhole) fault('of no open card');
    else if (event === 'card.delta') card.text += data.text;
    else Object.assign(card, { isWhole: true }, card.text && card.text !== data.card!.text && fault('has another text than was shown'));
  }
  const { event, data } = events.at(-1)!;
  const finished = [...cards.values()].filter(({ isWhole }) => isWhole).length;
  if (event === 'board.completed' && (finished !== cards.size || data.cards !== finished))
    faults.push(`${data.cards} cards, ${finished} finished`);
  return faults;
}
