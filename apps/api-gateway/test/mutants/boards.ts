import { e2eTest, type Mutant } from '@skep/testkit';

const COUNTED = 'src/streams/counted-stream.js';
const test = (name: string) => e2eTest('coach-boards', name);
const expired = test(
  'after the time for which events are kept, the answer is 410 with the board, which is read instead; 204 to those who have all',
);

/** Planted bugs in streams whose events count themselves. */
export const boards: Mutant[] = [
  {
    name: 'events that a client has are sent again, though they are numbered',
    file: COUNTED,
    find: 'if (number > after)',
    plant: 'if (true)',
    test: test('goes on without its reader, who takes it up after any event, by header or by ?after='),
  },
  {
    name: 'the number of an event of another board counts',
    file: COUNTED,
    find: 'of === name',
    plant: 'true',
    test: test('is the same for each device that reads along'),
  },
  {
    name: 'a stream whose events are gone looks whole',
    file: COUNTED,
    find: 'count !== last',
    plant: 'false',
    test: expired,
  },
  {
    name: 'who has all events is told that they are gone',
    file: COUNTED,
    find: 'after >= last',
    plant: 'false',
    test: expired,
  },
];
