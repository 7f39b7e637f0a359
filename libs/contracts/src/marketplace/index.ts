import { contract } from '../define.js';
import { listingMembers } from './listing.js';
import { reportMembers } from './report.js';
import { versionMembers } from './version.js';
import { categoryMembers } from './category.js';
import { installMembers } from './install.js';
import { reviewMembers } from './review.js';
import { serverMembers } from './server.js';
import { showcaseMembers } from './showcase.js';

export * from './capabilities.js';
export * from './listing.js';
export * from './report.js';
export * from './version.js';
export * from './category.js';
export * from './install.js';
export * from './review.js';
export * from './server.js';
export * from './showcase.js';

export const marketplace = contract('marketplace', {
  ...listingMembers,
  ...versionMembers,
  ...reportMembers,
  ...categoryMembers,
  ...installMembers,
  ...reviewMembers,
  ...serverMembers,
  ...showcaseMembers,
});
