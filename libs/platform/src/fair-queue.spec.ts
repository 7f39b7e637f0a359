import { expect, it } from '@jest/globals';
import { FairQueue } from './fair-queue.js';

/** Runs work in a queue, records the order in which it starts, and finishes the oldest on request. */
function recordWork(queue: FairQueue) {
  const started: string[] = [];
  const running: (() => void)[] = [];
  const start = (owner: string, timeoutMs?: number) =>
    queue.run(owner, () => new Promise<void>((finish) => (started.push(owner), running.push(finish))), timeoutMs);
  const finishOne = async () => {
    running.shift()?.();
    await new Promise(setImmediate);
  };
  return { started, start, finishOne };
}

it('an owner runs no more than their share, and others use the remaining slots', () => {
  const { started, start } = recordWork(new FairQueue(4, 2));
  for (const owner of ['ada', 'ada', 'ada', 'bob']) void start(owner);
  expect(started.toSorted()).toEqual(['ada', 'ada', 'bob']);
});

it('waiting owners take turns, however much work one of them has queued', async () => {
  const { started, start, finishOne } = recordWork(new FairQueue(1, 1));
  for (const owner of ['ada', 'ada', 'ada', 'ada', 'bob', 'bob', 'eve']) void start(owner);
  for (let i = 0; i < 7; i++) await finishOne();
  expect(started).toEqual(['ada', 'bob', 'eve', 'ada', 'bob', 'ada', 'ada']);
});

it('a time-out says whether the caller’s own work or that of others was in the way', async () => {
  const own = recordWork(new FairQueue(9, 1));
  void own.start('ada');
  await expect(own.start('ada', 1)).rejects.toMatchObject({ body: { code: 'too_many_requests' }, retryAfter: 1 });
  const others = recordWork(new FairQueue(1, 1));
  void others.start('ada');
  await expect(others.start('bob', 1)).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await others.finishOne();
  void others.start('bob');
  await others.finishOne();
  expect(others.started).toEqual(['ada', 'bob']);
});

it('work that fails releases its slot', async () => {
  const queue = new FairQueue(1, 1);
  await expect(queue.run('ada', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(queue.hasRoom('ada')).toBe(true);
});
