import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { LongLists } from './list.js';

describe('the length of a list', () => {
  it('is counted each time up to 10,000 rows, and beyond once for a time, for each tenant apart', async () => {
    const lists = new LongLists(100);
    const counts: string[] = [];
    const count = (rows: number, scope: string) => {
      const run = () => {
        counts.push(scope);
        return Promise.resolve([{ total: rows }]);
      };
      return lists.count('from t', run, scope, { app: 'a' });
    };
    expect([await count(10_000, 'a'), await count(9, 'a')]).toEqual([10_000, 9]);
    expect([await count(10_001, 'a'), await count(9, 'a'), await count(9, 'b')]).toEqual([10_001, 10_001, 9]);
    expect(counts).toEqual(['a', 'a', 'a', 'b']);
    while ((await count(9, 'a')) !== 9) await sleep(10);
    expect(counts).toEqual(['a', 'a', 'a', 'b', 'a']);
  });
});
