import { expect, it } from '@jest/globals';
import { FairQueue } from './fair-queue.js';

/** Work that ends when it is told to, and notes when it began. */
function workshop(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (owner: string, timeoutMs?: number) =>
    queue.run(owner, () => new Promise<void>((end) => (begun.push(owner), ends.push(end))), timeoutMs);
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { begun, ask, endOne };
}

it('nobody has more under way than one’s share, and the rest of the room is for others', () => {
  const { begun, ask } = workshop(new FairQueue(4, 2));
  for (const owner of ['ada', 'ada', 'ada', 'bob']) void ask(owner);
  expect(begun.toSorted()).toEqual(['ada', 'ada', 'bob']);
});

it('who waits is served owner by owner in turn, however much one of them asks for', async () => {
  const { begun, ask, endOne } = workshop(new FairQueue(1, 1));
  for (const owner of ['ada', 'ada', 'ada', 'ada', 'bob', 'bob', 'eve']) void ask(owner);
  for (let i = 0; i < 7; i++) await endOne();
  expect(begun).toEqual(['ada', 'bob', 'eve', 'ada', 'bob', 'ada', 'ada']);
});

it('who has waited for too long learns whether it is their own work that is in the way', async () => {
  const own = workshop(new FairQueue(9, 1));
  void own.ask('ada');
  await expect(own.ask('ada', 1)).rejects.toMatchObject({ body: { code: 'too_many_requests' }, retryAfter: 1 });
  const others = workshop(new FairQueue(1, 1));
  void others.ask('ada');
  await expect(others.ask('bob', 1)).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await others.endOne();
  void others.ask('bob');
  await others.endOne();
  expect(others.begun).toEqual(['ada', 'bob']);
});

it('work that fails gives its room back', async () => {
  const queue = new FairQueue(1, 1);
  await expect(queue.run('ada', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(queue.hasRoom('ada')).toBe(true);
});
