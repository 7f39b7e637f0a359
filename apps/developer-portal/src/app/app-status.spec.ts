import { APP_STATUSES } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AppStatus, COUNTED, type Move, moved as movedApp, MOVES } from './app-status.js';

const moved = (status: AppStatus, move: Move, suspend_reason: string | null = null) => movedApp({ status, suspend_reason }, move);
const statuses = [...APP_STATUSES];
const moves = Object.keys(MOVES) as Move[];

it('knows the statuses of the contract and no others', () => {
  const named = moves.flatMap((move) => Object.entries(MOVES[move]).flat());
  expect([...new Set(named)].sort()).toEqual([...statuses, 'deleted'].sort());
  expect([...COUNTED].sort()).toEqual([...statuses].sort());
});

it('leads to no app being active which was not reviewed, and no prices change while an app is active or stays under review', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...moves)), (walk) => {
      let status: AppStatus = 'draft';
      for (const move of walk) {
        const next = moved(status, move);
        if (next === 'active') expect([status, move]).toEqual(['pending_review', 'approve']);
        if (move === 'reprice') expect(['draft', 'suspended', undefined]).toContain(next);
        if (status === 'deleted') expect(next).toBeUndefined();
        status = next ?? status;
      }
      expect([...statuses, 'deleted']).toContain(status);
    }),
  );
  expect(moved('active', 'reprice')).toBeUndefined();
});

it('lets every app be submitted again sooner or later', () => {
  for (const status of statuses as AppStatus[]) {
    const next = moves.map((move) => moved(status, move)).filter((to) => to !== undefined);
    expect(moved(status, 'submit') ?? next.find((to) => moved(to, 'submit'))).toBeDefined();
  }
});

it('moves nothing that an administrator has suspended', () => {
  for (const status of statuses as AppStatus[])
    for (const move of moves)
      expect(() => moved(status, move, 'It spies.')).toThrow(
        expect.objectContaining({ body: expect.objectContaining({ code: 'app_suspended', detail: expect.stringContaining('It spies.') }) }),
      );
});
