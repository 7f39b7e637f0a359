import { waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { Reader } from './streams/reader.js';
import { said, useTurns, WORDS, wordsOfAll } from './turns.js';

const TURNS = 4;

const turns = useTurns({ split: true });

const talks = () => turns.talks(TURNS);
const answers = async (id: string) =>
  (await turns.ask('GET', `/api/conversations/${id}/messages`)).rows.flatMap(({ role, content }) =>
    String(role) === 'assistant' ? [String(content)] : [],
  );
const allAnswered = (ids: string[]) =>
  waitUntil('all turns to end', async () => (await Promise.all(ids.map(answers))).every((each) => each.length > 0), 60_000);

describe('while turns are in progress', () => {
  it('the models may die: each turn ends once, with what had been shown', async () => {
    const ids = await talks();
    const readers = await Promise.all(ids.map(turns.begin));
    await wordsOfAll(readers);
    await turns.skep.killApp('models');
    await turns.skep.startApp('models');
    await allAnswered(ids);
    for (const [n, reader] of readers.entries()) {
      await reader.end();
      const [answer, ...more] = await answers(ids[n]!);
      expect([more, answer, WORDS.startsWith(answer!)]).toEqual([[], said(reader), true]);
    }
  });

  it('the kernel may die: each turn ends once, and no tool has its effect twice', async () => {
    turns.useTool();
    const [ids, before] = [await talks(), await turns.links()];
    const readers = await Promise.all(ids.map(turns.begin));
    await turns.skep.killApp('kernel');
    await turns.skep.startApp('kernel');
    await allAnswered(ids);
    await Promise.all(readers.map((reader) => reader.end()));
    for (const id of ids) expect(await answers(id)).toEqual(['Done.']);
    expect((await turns.links()) - before).toBe(TURNS);
  });

  it('the agent may die: each turn ends once, no tool has its effect twice, and nothing that was shown is lost', async () => {
    const slow = await talks();
    const readers = await Promise.all(slow.map(turns.begin));
    await wordsOfAll(readers);
    turns.useTool();
    const [using, before] = [await talks(), await turns.links()];
    const others = await Promise.all(using.map(turns.begin));
    await turns.skep.killApp('agent');
    await turns.skep.startApp('agent');
    await allAnswered([...slow, ...using]);
    for (const [n, reader] of readers.entries()) {
      await reader.end();
      expect(await answers(slow[n]!)).toEqual([said(reader)]);
    }
    for (const reader of others) await reader.end();
    for (const id of using) expect(await answers(id)).toEqual(['Done.']);
    expect((await turns.links()) - before).toBe(TURNS);
  });

  it('the gateway may die: readers come back and lose nothing', async () => {
    const ids = await talks();
    const readers = await Promise.all(ids.map(turns.begin));
    await wordsOfAll(readers);
    await turns.skep.killApp('api-gateway');
    await Promise.all(readers.map((reader) => reader.end()));
    await turns.skep.startApp('api-gateway');
    for (const [n, reader] of readers.entries()) {
      const back = await Reader.open(turns.streamOf(ids[n]!), turns.bob.access, { lastId: reader.lastId! });
      await back.end();
      expect([said(reader) + said(back), await answers(ids[n]!)]).toEqual([WORDS, [WORDS]]);
    }
  });
});
