import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Batcher, type Send } from './batcher.js';

const keyOf = (item: string) => item.slice(0, 1);

/** A batcher whose batches finish on demand. An item is its key and a number. */
function stage(answer: (item: string) => string = (item) => item.toUpperCase()) {
  const sent: { items: string[]; done: () => void }[] = [];
  const sending =
    (name: string): Send<string, string> =>
    async (items) => {
      await new Promise<void>((done) => sent.push({ items: name ? [name, ...items] : items, done }));
      return items.map(answer);
    };
  const batcher = new Batcher();
  const [ask, end] = [sending(''), sending('end:')];
  const batches = async () => {
    await sleep(2);
    return sent.map(({ items }) => items.join(' '));
  };
  return {
    run: (item: string) => batcher.run(ask, keyOf(item), item),
    end: (item: string) => batcher.run(end, keyOf(item), item),
    sent,
    batches,
  };
}

describe('a batcher', () => {
  it('sends the items of one event loop turn in one batch, and gives each its own result', async () => {
    const { run, sent, batches } = stage();
    const answers = Promise.all(['a1', 'b1', 'a2'].map((item) => run(item)));
    expect(await batches()).toEqual(['a1 b1 a2']);
    sent[0]?.done();
    expect(await answers).toEqual(['A1', 'B1', 'A2']);
  });

  it('runs one batch at a time, and queues later items for the next one, at most 256', async () => {
    const { run, sent, batches } = stage();
    void run('a1');
    await turn();
    for (const item of ['a2', 'b1', 'a3']) void run(item);
    expect(await batches()).toEqual(['a1']);
    sent[0]?.done();
    expect(await batches()).toEqual(['a1', 'a2 b1 a3']);
    for (let i = 0; i < 300; i++) void run(String.fromCharCode(300 + i));
    sent[1]?.done();
    await sleep(2);
    sent[2]?.done();
    await sleep(2);
    expect(sent.slice(2).map(({ items }) => items.length)).toEqual([256, 44]);
  });

  it('batches only items with the same send function, the oldest first', async () => {
    const { run, end, sent, batches } = stage();
    void run('a1');
    await turn();
    void end('b1');
    void run('b2');
    void end('c1');
    for (let i = 0; i < 2; i++) {
      await batches();
      sent[i]?.done();
    }
    expect(await batches()).toEqual(['a1', 'end: b1 c1', 'b2']);
  });

  it('waits for locked keys in separate batches, at most three at a time', async () => {
    const sent: string[] = [];
    const locked = new Set('abcd');
    const freed: (() => void)[] = [];
    const batcher = new Batcher();
    const send: Send<string, string> = async (items, waitForLocks) => {
      sent.push(`${waitForLocks ? 'waits: ' : ''}${items.join(' ')}`);
      if (waitForLocks) await new Promise<void>((done) => freed.push(done));
      return items.map((item) => (!waitForLocks && locked.has(keyOf(item)) ? undefined : item));
    };
    const run = (item: string) => batcher.run(send, keyOf(item), item);
    const all = Promise.all(['a1', 'b1', 'c1', 'd1', 'a2', 'e1'].map(run));
    await sleep(2);
    expect(sent).toEqual(['a1 b1 c1 d1 a2 e1', 'waits: a1 a2', 'waits: b1', 'waits: c1']);
    expect(await run('f1')).toBe('f1');
    locked.clear();
    freed.shift()?.();
    await sleep(2);
    expect(sent.slice(4)).toEqual(['f1', 'waits: d1']);
    for (const done of freed) done();
    expect(await all).toEqual(['a1', 'b1', 'c1', 'd1', 'a2', 'e1']);
    expect(await run('a3')).toBe('a3');
    expect(sent.at(-1)).toBe('a3');
  });

  it('retries the items of a failed batch one by one, so that one bad item fails alone', async () => {
    let sends = 0;
    const batcher = new Batcher();
    const send: Send<string, string> = (items) => {
      sends++;
      return items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items);
    };
    const run = (item: string) => batcher.run(send, item, item);
    const answers = await Promise.allSettled(['a', 'bad', 'b'].map(run));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual(['a', 'failed', 'b']);
    expect(sends).toBe(4);
    expect(await run('again')).toBe('again');
  });
});
