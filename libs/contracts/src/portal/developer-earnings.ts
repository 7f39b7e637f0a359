import { AppEarnings, Earnings } from '../billing/earnings.js';
import { AppRef, Empty } from '../common.js';
import { operation } from '../define.js';
import { DeveloperAppNotFound } from './app.js';
import { NotADeveloper } from './developer-tier.js';

export const developerEarningsMembers = {
  getEarnings: operation('Read what you have earned', {
    input: Empty,
    output: Earnings,
    problems: [NotADeveloper],
    scope: 'developer:earnings:read',
    spansCalls: true,
  }),
  getAppEarnings: operation('Read what one of your apps has earned, by month', {
    input: AppRef,
    output: AppEarnings,
    problems: [DeveloperAppNotFound],
    scope: 'developer:earnings:read',
    spansCalls: true,
  }),
};
