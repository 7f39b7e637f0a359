import { e2eTest as test, type Mutant } from '@skep/testkit';

const LIMITER = 'src/http/rate-limiter.js';

/** Bugs in rate limits. */
export const limits: Mutant[] = [
  {
    name: 'failed logins are not counted',
    file: 'src/http/limits.js',
    find: 'await this.limiter.countFailure(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: ';',
    test: test('login-limits', 'is limited to five failed logins per minute, and successful logins do not count'),
  },
  {
    name: 'successful logins count too',
    file: 'src/http/limits.js',
    find: 'await this.limiter.assertNotBlocked(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: 'await this.limiter.consume(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    test: test('login-limits', 'can log in any number of times, in sequence and at once'),
  },
  {
    name: 'a burst of failures is forgotten after a minute',
    file: LIMITER,
    find: 'const seconds = (MINUTE_SECONDS * counted.consumedPoints) / limiter.points;',
    plant: 'const seconds = MINUTE_SECONDS;',
    test: {
      file: 'src/http/rate-limiter.spec.js',
      name: 'thirty concurrent failures at a limit of five per minute block the client for six minutes',
    },
  },
  {
    name: 'each gateway counts for itself',
    file: 'src/http/shared-counts.js',
    find: 'this.changed.set(key, isFirstInDuration ? 1 : (before ?? 0) + 1);',
    plant: ';',
    test: test('limits', 'count together: the limit holds for both, except for what arrives within a tenth of a second'),
  },
];
