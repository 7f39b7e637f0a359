import { describe, expect, it } from '@jest/globals';
import { builtins } from './builtins.js';
import { callPermission, isHeld, permissionOf } from './permissions.js';

describe('a permission', () => {
  it('to call every installed app contains that to call one of them, in the same way', () => {
    const held = new Set(['call:*:read']);
    expect(isHeld(held, 'call:notes:read')).toBe(true);
    expect(isHeld(held, 'call:*:read')).toBe(true);
    expect(isHeld(held, 'call:notes:write')).toBe(false);
    expect(isHeld(new Set(['call:notes:read']), 'call:*:read')).toBe(false);
  });

  it('to call a built-in extension is contained in none but itself', () => {
    for (const app of Object.keys(builtins)) {
      const permission = callPermission(app, 'read');
      expect(isHeld(new Set(['call:*:read', 'call:*:write']), permission)).toBe(false);
      expect(isHeld(new Set([permission]), permission)).toBe(true);
    }
    expect(isHeld(new Set(['call:*:read']), 'call:billing-tools:read')).toBe(true);
  });

  it('has a sentence that says what and through whom', () => {
    expect(permissionOf('store:read').description).toBe('Read the data that it keeps for you.');
    expect(permissionOf('call:notes:write').description).toBe("Change data for you through the app 'notes'.");
    expect(permissionOf('call:billing:read').description).toBe('Read data for you through Billing.');
  });
});
