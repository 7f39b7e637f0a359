import { e2eTest as test, type Mutant } from '@skep/testkit';

const LIMITER = 'src/http/rate-limiter.js';

/** In the limits of requests. */
export const limits: Mutant[] = [
  {
    name: 'failed logins are not counted',
    file: 'src/http/limits.js',
    find: 'await this.limiter.countFailure(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: ';',
    test: test('login-limits', 'has five failures a minute in all, between which right logins do not count'),
  },
  {
    name: 'right logins count too',
    file: 'src/http/limits.js',
    find: 'await this.limiter.assertNotBlocked(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    plant: 'await this.limiter.consume(reply, operation.subject, networkOf(ip), failuresPerMinute);',
    test: test('login-limits', 'logs in as often as it likes, one after the other and at once'),
  },
  {
    name: 'a burst of failures is forgotten after a minute',
    file: LIMITER,
    find: 'const seconds = (MINUTE_SECONDS * counted.consumedPoints) / limiter.points;',
    plant: 'const seconds = MINUTE_SECONDS;',
    test: {
      file: 'src/http/rate-limiter.spec.js',
      name: 'thirty failures at once, where five a minute may fail, are waited for six minutes',
    },
  },
];
