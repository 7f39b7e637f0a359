import { contract } from '../define.js';
import { listingMembers } from './listing.js';
import { categoryMembers } from './category.js';
import { installMembers } from './install.js';

export * from './listing.js';
export * from './category.js';
export * from './install.js';

export const marketplace = contract('marketplace', {
  ...listingMembers,
  ...categoryMembers,
  ...installMembers,
});
