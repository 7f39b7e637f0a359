import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

/** Sends when it is told to; an item is its key and a number. */
function stage(answer: (item: string) => string = (item) => item.toUpperCase()) {
  const sent: { items: string[]; done: () => void }[] = [];
  const batcher = new Batcher<string, string>(
    (item) => item.slice(0, 1),
    async (items) => {
      await new Promise<void>((done) => sent.push({ items, done }));
      return items.map(answer);
    },
  );
  const batches = async () => {
    await sleep(2);
    return sent.map(({ items }) => items.join(' '));
  };
  return { batcher, sent, batches };
}

describe('a batcher', () => {
  it('hands over together what came in one turn, and gives each its own answer', async () => {
    const { batcher, sent, batches } = stage();
    const answers = Promise.all(['a1', 'b1', 'a2'].map((item) => batcher.run(item)));
    expect(await batches()).toEqual(['a1 b1 a2']);
    sent[0]?.done();
    expect(await answers).toEqual(['A1', 'B1', 'A2']);
  });

  it('keeps what comes for a key under way for the next batch, and lets other keys pass', async () => {
    const { batcher, sent, batches } = stage();
    void batcher.run('a1');
    await turn();
    for (const item of ['a2', 'b1', 'a3']) void batcher.run(item);
    expect(await batches()).toEqual(['a1', 'b1']);
    sent[0]?.done();
    expect(await batches()).toEqual(['a1', 'b1', 'a2 a3']);
  });

  it('has four batches under way at the most, and of 256 items', async () => {
    const { batcher, sent, batches } = stage();
    for (const key of 'abcdef') {
      void batcher.run(`${key}1`);
      await turn();
      await turn();
    }
    expect(await batches()).toEqual(['a1', 'b1', 'c1', 'd1']);
    sent[0]?.done();
    expect(await batches()).toEqual(['a1', 'b1', 'c1', 'd1', 'e1 f1']);
    const many = stage();
    for (let i = 0; i < 300; i++) void many.batcher.run(`${String.fromCharCode(300 + i)}`);
    await sleep(2);
    expect(many.sent.map(({ items }) => items.length)).toEqual([256, 44]);
  });

  it('waits for what is locked apart from the others, in three lines at the most', async () => {
    const sent: string[] = [];
    const locked = new Set('abcd');
    const freed: (() => void)[] = [];
    const batcher = new Batcher<string, string>(
      (item) => item.slice(0, 1),
      async (items, patient) => {
        sent.push(`${patient ? 'waits: ' : ''}${items.join(' ')}`);
        if (patient) await new Promise<void>((done) => freed.push(done));
        return items.map((item) => (!patient && locked.has(item.slice(0, 1)) ? undefined : item));
      },
    );
    const all = Promise.all(['a1', 'b1', 'c1', 'd1', 'a2', 'e1'].map((item) => batcher.run(item)));
    await sleep(2);
    expect(sent).toEqual(['a1 b1 c1 d1 a2 e1', 'waits: a1 a2', 'waits: b1', 'waits: c1']);
    expect(await batcher.run('f1')).toBe('f1');
    locked.clear();
    freed.shift()?.();
    await sleep(2);
    expect(sent.slice(4)).toEqual(['f1', 'waits: d1']);
    for (const done of freed) done();
    expect(await all).toEqual(['a1', 'b1', 'c1', 'd1', 'a2', 'e1']);
    expect(await batcher.run('a3')).toBe('a3');
    expect(sent.at(-1)).toBe('a3');
  });

  it('tries one by one when a batch fails, so that one bad item fails alone', async () => {
    let sends = 0;
    const batcher = new Batcher<string, string>(
      (item) => item,
      (items) => {
        sends++;
        return items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items);
      },
    );
    const answers = await Promise.allSettled(['a', 'bad', 'b'].map((item) => batcher.run(item)));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual(['a', 'failed', 'b']);
    expect(sends).toBe(4);
    expect(await batcher.run('again')).toBe('again');
  });
});
