import { messageOf } from '../../setup/fault.mjs';
import { type Chatter, readAnswer, signUpChatters, startBare } from '../chatters.ts';
import { contest, type Driver } from '../contest.ts';
import { counter } from '../load.ts';
import type { Measurement } from '../measurement.ts';

/** Few enough that two cores are not busy all the time: a turn takes longer than its work. */
const CHATTERS = 4;
/** A fast model: the first word after 200 ms, then one every 20 ms. */
const SCRIPT = 'say 20 every 20 after 200';

export const description = `${CHATTERS} people who chat with an agent, beside the AI SDK on Fastify with the same scripted model`;

export const run: Measurement['run'] = async (skep, options) => {
  const model = await startBare(skep, 'model');
  const bare = await startBare(skep, 'chat', { MODEL_URL: model.url });
  const people = await signUpChatters(skep, model.url, CHATTERS);
  const strangers = people.map((): Chatter => (content, onWord) => readAnswer(`${bare.url}/chat`, {}, content, onWord));
  const results = await contest(
    'chat',
    [
      { name: 'skep', driver: talk(people), pids: skep.pids },
      { name: 'bare', driver: talk(strangers), pids: { chat: bare.pid } },
    ],
    options,
  );
  const { skep: ours, bare: theirs } = results;
  return {
    title: `POST /api/chat/{id}/stream, ${CHATTERS} at once, a model with 20 words; p50 and p99 until the first word`,
    results,
    targets: [
      { name: 'first word, p99, ms more than bare', value: ours.p99 - theirs.p99, atMost: 20 },
      { name: 'turns/s, skep / bare', value: ours.rps / theirs.rps, atLeast: 0.5 },
    ],
  };
};

/** One turn after another for each; the latencies are those of the first words. */
const talk = (chatters: readonly Chatter[]): Driver => ({
  flood: async ({ seconds }) => {
    const { good, bad, load } = counter();
    const end = performance.now() + seconds * 1_000;
    const talkOn = async (chatter: Chatter) => {
      while (performance.now() < end) {
        const begin = Date.now();
        let first: number | undefined;
        await chatter(SCRIPT, () => (first ??= Date.now() - begin)).then(
          () => good(first ?? Number.NaN),
          (error: unknown) => bad(messageOf(error)),
        );
      }
    };
    await Promise.all(chatters.map(talkOn));
    return load();
  },
});
