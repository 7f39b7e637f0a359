import { AppEarnings, Earnings } from '../billing/earnings.js';
import { AppRef, Empty } from '../common.js';
import { operation } from '../define.js';
import { DeveloperAppNotFound } from './app.js';
import { NotADeveloper } from './developer-tier.js';

export const developerEarningsMembers = {
  getEarnings: operation('Read your earnings', {
    description: 'Your earnings from all apps, and the part that can be paid out.',
    input: Empty,
    output: Earnings,
    problems: [NotADeveloper],
    scope: 'developer:earnings:read',
    spansCalls: true,
  }),
  getAppEarnings: operation('Read the earnings of one of your apps', {
    description: 'In total and by calendar month.',
    input: AppRef,
    output: AppEarnings,
    problems: [DeveloperAppNotFound],
    scope: 'developer:earnings:read',
    spansCalls: true,
  }),
};
