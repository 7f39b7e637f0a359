import { APP_STATUSES } from '@skep/contracts/portal';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AppStatus, COUNTED_STATUSES, nextStatus, type StatusAction, TRANSITIONS } from './app-status.js';

const after = (status: AppStatus, action: StatusAction) => nextStatus({ status, suspend_reason: null }, action);
const statuses: AppStatus[] = [...APP_STATUSES];
const actions = Object.keys(TRANSITIONS) as StatusAction[];

it('uses the statuses of the contract, and `deleted`', () => {
  const used = actions.flatMap((action) => Object.entries(TRANSITIONS[action]).flat());
  expect([...new Set(used)].sort()).toEqual([...statuses, 'deleted'].sort());
  expect([...COUNTED_STATUSES].sort()).toEqual([...statuses].sort());
});

it('makes an app active only by an approval, and changes prices neither of an active app nor during a review', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...actions)), (walk) => {
      let status: AppStatus = 'draft';
      for (const action of walk) {
        const next = after(status, action);
        if (next === 'active') expect([status, action]).toEqual(['pending_review', 'approve']);
        if (action === 'reprice') expect(['draft', 'suspended', undefined]).toContain(next);
        if (status === 'deleted') expect(next).toBeUndefined();
        status = next ?? status;
      }
      expect([...statuses, 'deleted']).toContain(status);
    }),
  );
  expect(after('active', 'reprice')).toBeUndefined();
});

it('lets an app of every status be submitted after at most one other action', () => {
  for (const status of statuses) {
    const next = actions.map((action) => after(status, action)).filter((to) => to !== undefined);
    expect(after(status, 'submit') ?? next.find((to) => after(to, 'submit'))).toBeDefined();
  }
});

it('refuses every action while an administrator suspends the app', () => {
  for (const status of statuses)
    for (const action of actions)
      expect(() => nextStatus({ status, suspend_reason: 'It spies.' }, action)).toThrow(
        expect.objectContaining({ body: expect.objectContaining({ code: 'app_suspended', detail: expect.stringContaining('It spies.') }) }),
      );
});
