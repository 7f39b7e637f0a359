import { e2eTest, type Mutant } from '@skep/testkit';

const test = (name: string) => e2eTest('web-session', name);
const file = 'src/web/web-sessions.js';

/** Bugs in the sessions of browsers. */
export const webSessions: Mutant[] = [
  {
    name: 'web session: a request of a subdomain counts as one of this site',
    file,
    find: 'if (!isOwn || headers[CSRF_HEADER] === undefined)',
    plant: 'if (headers[CSRF_HEADER] === undefined)',
    test: test('cannot change anything with a request of a subdomain'),
  },
  {
    name: 'web session: a form of this site needs no header',
    file,
    find: 'if (!isOwn || headers[CSRF_HEADER] === undefined)',
    plant: 'if (!isOwn)',
    test: test('cannot change anything with a request without the header'),
  },
  {
    name: 'web session: the cookie outweighs another credential',
    file,
    find: 'OTHER_CREDENTIALS.some((name) => request.headers[name])',
    plant: 'false',
    test: test('is the credential of requests, except where another credential is sent'),
  },
  {
    name: 'web session: scripts can read the tokens',
    file: 'src/web/session-cookies.js',
    find: 'HttpOnly; ',
    plant: '',
    test: test('is in cookies that no script reads and no other site sends'),
  },
  {
    name: 'web session: the former session of the browser goes on',
    file,
    find: 'await this.logout(request);\n        this.cookies.write',
    plant: 'this.cookies.write',
    test: test('ends the session that the browser had before'),
  },
];
