import { expect, it } from '@jest/globals';
import { mayCall } from './apps.js';

it('an app may call elsewhere only what its capabilities name', () => {
  const reads = (capability: string) => mayCall([capability], 'notes', 'read');
  const writes = (capability: string, type: string | null = 'write') => mayCall([capability], 'notes', type);
  for (const all of ['*', 'notes:*', 'extensions:*']) expect(reads(all) && writes(all)).toBe(true);
  for (const read of ['notes:read', 'extensions:read']) expect([reads(read), writes(read)]).toEqual([true, false]);
  for (const write of ['notes:write', 'extensions:write'])
    expect([reads(write), writes(write), writes(write, 'destructive'), writes(write, null)]).toEqual([false, true, true, true]);
  for (const none of ['', 'store:write', 'note:*', 'notes']) expect([reads(none), writes(none)]).toEqual([false, false]);
});
