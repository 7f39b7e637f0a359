import { signUpChatters, startBare } from '../chatters.ts';
import type { Measurement } from '../measurement.ts';
import { COPIES, measureStreams, scriptOf, WORDS_PER_SECOND, wordsOf } from '../word-streams.ts';

const PEOPLE = 25;
const EACH = 10;

export const description = `${PEOPLE * EACH} turns of agents that show ${WORDS_PER_SECOND} words/s each to their readers`;

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const model = await startBare(skep, 'model');
  const people = await signUpChatters(skep, model.url, PEOPLE);
  for (let n = 0; n < COPIES; n++) await skep.startCopy('agent');
  const words = wordsOf(PEOPLE * EACH, seconds);
  const read = people.flatMap((chatter) =>
    Array.from({ length: EACH }, () => (onWord: (sentAt: number) => void) => chatter(scriptOf(words), onWord)),
  );
  return measureStreams({ name: 'turn-streams', parts: 'words', of: 'turns', words, read });
};
