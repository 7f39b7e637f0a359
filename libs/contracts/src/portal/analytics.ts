import { AppRef, IDS } from '../common.js';
import { operation } from '../define.js';
import { Int, List, Optional, Shape, Text } from '../fields.js';
import { DayOfApp } from '../kernel/action.js';
import { problem } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';

@Shape('Your app, and the period.')
export class GetAppAnalytics extends AppRef {
  @Optional()
  @Int({
    min: 1,
    max: 365,
    description: 'Number of days, today (UTC) included. Left out: 30, or what your tier shows if that is less.',
    example: 7,
  })
  days?: number;
}

@Shape('The calls of your app by all users.')
export class AppAnalytics {
  @Text(IDS.app) app_id!: string;
  @Int({ description: 'Number of days.', example: 30 }) days!: number;
  @List(() => DayOfApp, { description: 'Every day of the period, oldest first.' }) by_day!: DayOfApp[];
}

export const AnalyticsWindow = problem('analytics_window', 400, 'Your tier does not show so many days.');

export const analyticsMembers = {
  getAppAnalytics: operation('Read the analytics of one of your apps', {
    description: 'By day: calls, users, errors, how long calls take, and credits. Your tier decides how many days you see.',
    input: GetAppAnalytics,
    output: AppAnalytics,
    problems: [DeveloperAppNotFound, AnalyticsWindow],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
};
