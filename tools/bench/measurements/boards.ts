import { randomUUID } from 'node:crypto';
import { startBare } from '../chatters.ts';
import { offerModel, signUpCoachee } from '../coachees.ts';
import type { Measurement } from '../measurement.ts';
import { progress } from '../progress.ts';
import { readEvents } from '../read-events.ts';
import type { Skep } from '../skep.ts';
import { COPIES, measureStreams, scriptOf, WORDS_PER_SECOND, wordsOf } from '../word-streams.ts';

const PEOPLE = 125;
/** A person has at most one board of a kind at a time. */
const KINDS = ['daily', 'weekly'] as const;
const BOARDS = PEOPLE * KINDS.length;

export const description = `${BOARDS} boards of the coach that show ${WORDS_PER_SECOND} parts/s each to their readers`;

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const words = wordsOf(BOARDS, seconds);
  const card = { type: 'summary', title: 'Today', text: scriptOf(words) };
  const model = await startBare(skep, 'model', { ARGS: JSON.stringify({ cards: [card] }) });
  await offerModel(skep, model.url);
  for (let n = 0; n < COPIES; n++) await skep.startCopy('coach');
  const people: string[] = [];
  while (people.length < PEOPLE) people.push((await signUpCoachee(skep)).token);
  progress(`boards: ${PEOPLE} people have signed up`);
  const read = people.flatMap((token) => KINDS.map((kind) => (onWord: (sentAt: number) => void) => readBoard(skep, token, kind, onWord)));
  return measureStreams({ name: 'boards', parts: 'parts', of: 'boards', words, read });
};

/** Reads a new board to its end. @throws Error if it has no end */
async function readBoard(skep: Skep, token: string, kind: string, onWord: (sentAt: number) => void): Promise<void> {
  let end = 'nothing';
  const headers = { authorization: `Bearer ${token}` };
  const input = { kind, client_request_id: randomUUID() };
  const { ended } = await readEvents(`${skep.url}/user_states/boards/stream`, headers, input, (event, data) => {
    if (event === 'board.completed' || event === 'error') end = event === 'error' ? data : '';
    if (event !== 'card.delta') return;
    for (const word of (JSON.parse(data) as { text: string }).text.split(' ')) if (word) onWord(Number(word));
  });
  await ended;
  if (end) throw new Error(`the board ended with ${end}`);
}
