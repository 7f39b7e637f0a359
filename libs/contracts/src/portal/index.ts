import { contract } from '../define.js';
import { appKeyMembers } from './app-key.js';
import { appMembers } from './app.js';
import { deployMembers } from './deploy.js';
import { developerMembers } from './developer.js';
import { developerEarningsMembers } from './developer-earnings.js';
import { pricingMembers } from './pricing.js';
import { reviewMembers } from './review.js';
import { developerTierMembers } from './developer-tier.js';
import { extensionTokenMembers } from './extension-token.js';

export * from './app-key.js';
export * from './app.js';
export * from './deploy.js';
export * from './developer.js';
export * from './developer-earnings.js';
export * from './pricing.js';
export * from './review.js';
export * from './developer-tier.js';

export const portal = contract('portal', {
  ...developerMembers,
  ...developerTierMembers,
  ...developerEarningsMembers,
  ...appMembers,
  ...appKeyMembers,
  ...extensionTokenMembers,
  ...deployMembers,
  ...reviewMembers,
  ...pricingMembers,
});
