import { contract } from '../define.js';
import { personEventMembers } from './events.js';
import { personMembers } from './person.js';
import { sourceMembers } from './source.js';

export * from './events.js';
export * from './model.js';
export * from './person.js';
export * from './source.js';

export const coach = contract('coach', {
  ...personEventMembers,
  ...personMembers,
  ...sourceMembers,
});
