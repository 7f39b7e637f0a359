import { contract } from '../define.js';
import { administrationMembers } from './administration.js';
import { analyticsMembers } from './analytics.js';
import { appReviewMembers } from './app-review.js';
import { appKeyMembers } from './app-key.js';
import { appMembers } from './app.js';
import { appSettingsMembers } from './app-settings.js';
import { deployMembers } from './deploy.js';
import { developerMembers } from './developer.js';
import { developerEarningsMembers } from './developer-earnings.js';
import { pricingMembers } from './pricing.js';
import { publisherMembers } from './publisher.js';
import { registeredAppMembers } from './registered-app.js';
import { releaseFileMembers } from './release-file.js';
import { reviewMembers } from './review.js';
import { toolMembers } from './tool.js';
import { developerTierMembers } from './developer-tier.js';
import { extensionTokenMembers } from './extension-token.js';
import { signingSecretMembers } from './signing-secret.js';
import { validationMembers } from './validation.js';
import { webhookMembers } from './webhook.js';

export * from './administration.js';
export * from './analytics.js';
export * from './app-key.js';
export * from './app-review.js';
export * from './app.js';
export * from './app-settings.js';
export * from './deploy.js';
export * from './developer.js';
export * from './developer-earnings.js';
export * from './mcp-server-review.js';
export * from './pricing.js';
export * from './publisher.js';
export * from './registered-app.js';
export * from './release-file.js';
export * from './review.js';
export * from './tool.js';
export * from './developer-tier.js';
export * from './validation.js';
export * from './webhook.js';

export const portal = contract('portal', {
  ...developerMembers,
  ...developerTierMembers,
  ...publisherMembers,
  ...developerEarningsMembers,
  ...analyticsMembers,
  ...appMembers,
  ...administrationMembers,
  ...appKeyMembers,
  ...extensionTokenMembers,
  ...signingSecretMembers,
  ...webhookMembers,
  ...deployMembers,
  ...validationMembers,
  ...releaseFileMembers,
  ...reviewMembers,
  ...appReviewMembers,
  ...pricingMembers,
  ...registeredAppMembers,
  ...toolMembers,
  ...appSettingsMembers,
});
