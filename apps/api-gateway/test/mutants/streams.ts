import { e2eTest, type Mutant } from '@skep/testkit';

const test = (name: string) => e2eTest('streams', name);
const again = test('can be read again from any event, and by a client that has all of it not at all');

/** Planted bugs in streams of runs. */
export const streams: Mutant[] = [
  {
    name: 'a stream continues after the message of the last event, which may hold further events',
    library: 'platform',
    file: 'src/run-events/run-log.js',
    find: 'Number(message) - 1',
    plant: 'Number(message)',
    test: again,
  },
  {
    name: 'events that a client has are sent again',
    library: 'platform',
    file: 'src/run-events/run-log.js',
    find: '(isSame && number <= cursor.number)',
    plant: 'false',
    test: again,
  },
  {
    name: 'a step that begins anew does not say so',
    library: 'platform',
    file: 'src/runs/run.js',
    find: 'if (!hasShown && this.isRepeated)',
    plant: 'if (false)',
    test: test('sees the run continue when its service is killed'),
  },
  {
    name: 'events that are not declared are sent',
    file: 'src/streams/run-stream.js',
    find: 'Object.hasOwn(this.parts.events, type)',
    plant: 'true',
    test: test('has its events in order, those that are declared only, and ends with how the run ended'),
  },
  {
    name: 'the ends of runs that nothing announces are not noticed',
    file: 'src/streams/run-streams.js',
    find: 'this.interval.start();',
    plant: '',
    test: test('ends when the run is cancelled, also with its parent'),
  },
  {
    name: 'the end of a session closes the streams of others',
    file: 'src/streams/open-connections.js',
    find: 'if (session === revoked)',
    plant: 'if (session !== revoked)',
    test: test('ends with the session that opened it, and each user has a limited number of them'),
  },
  {
    name: 'a user may have any number of open streams',
    file: 'src/streams/open-connections.js',
    find: 'count >= perUser',
    plant: 'false',
    test: test('ends with the session that opened it, and each user has a limited number of them'),
  },
  {
    name: 'a client that reads nothing fills the memory',
    file: 'src/streams/sse-stream.js',
    find: 'this.response.writableLength > MAX_UNSENT_BYTES',
    plant: 'false',
    test: test('is let go when it lags, and then gets the rest'),
  },
];
