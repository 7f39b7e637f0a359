import { contract } from '../define.js';
import { personEventMembers } from './events.js';
import { personMembers } from './person.js';

export * from './events.js';
export * from './person.js';

export const coach = contract('coach', {
  ...personEventMembers,
  ...personMembers,
});
