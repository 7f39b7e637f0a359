import { e2eTest, type Mutant } from '@skep/testkit';

/** In the event streams. */
export const streams: Mutant[] = [
  {
    name: 'a stream opens before it is known where the feed ends',
    file: 'src/events/stream.controller.js',
    find: 'await this.feed.mustBeReading();',
    plant: ';',
    test: e2eTest(
      'events-after-start',
      'a gateway that has just started opens an event stream only once it misses nothing, and then tells everything',
    ),
  },
];
