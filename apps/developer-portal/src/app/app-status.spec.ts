import { APP_STATUSES } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AppStatus, COUNTED, type Move, moved, MOVES, REPRICEABLE } from './app-status.js';

const statuses = [...APP_STATUSES];
const moves = Object.keys(MOVES) as Move[];

it('knows the statuses of the contract and no others', () => {
  const named = moves.flatMap((move) => Object.entries(MOVES[move]).flat());
  expect([...new Set(named)].sort()).toEqual([...statuses].sort());
  expect([...COUNTED].sort()).toEqual([...statuses].sort());
});

it('leads to no app being active which was not reviewed, and to no price being changed under review', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...moves)), (walk) => {
      let status: AppStatus = 'draft';
      for (const move of walk) {
        const next = moved(status, move);
        if (next === 'active') expect([status, move]).toEqual(['pending_review', 'approve']);
        status = next ?? status;
      }
      expect(statuses).toContain(status);
    }),
  );
  expect([...REPRICEABLE]).not.toContain('pending_review');
  expect([...REPRICEABLE]).not.toContain('active');
});

it('lets every app be submitted again sooner or later', () => {
  for (const status of statuses as AppStatus[]) {
    const next = moves.map((move) => moved(status, move)).filter((to) => to !== undefined);
    expect(moved(status, 'submit') ?? next.find((to) => moved(to, 'submit'))).toBeDefined();
  }
});
