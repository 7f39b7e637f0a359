import { operation } from '../define.js';
import { Bool, Day, Instant, Int, List, Nested, Nullable, OneOf, Optional, Shape, Text, TimeZone } from '../fields.js';
import { BoardSummary } from './board.js';
import { PersonNotFound } from './person.js';
import { UserEvent } from './plan.js';

@Shape('Selects the day of the Home screen.')
export class GetHome {
  @Optional() @TimeZone({ description: 'Time zone (IANA). Left out: that of the person.', example: 'Europe/Madrid' }) tz?: string;
}

@Shape('How a person is, as they said last today.')
export class Readiness {
  @Text({ description: 'Id of the check-in.', example: 'src_5f0c2b7e9a1d4c3e8b6f' }) check_in_id!: string;
  @Nullable() @Int({ description: 'Mood, from 0 (worst) to 10 (best).', example: 6 }) mood!: number | null;
  @Nullable() @Int({ description: 'Soreness, from 0 (none) to 10 (worst).', example: 3 }) soreness!: number | null;
  @Nullable() @Int({ description: 'How they slept, from 0 (worst) to 10 (best).', example: 4 }) sleep_quality!: number | null;
}

@Shape('What waits for the person.')
export class Pending {
  @Bool({ description: 'Whether they have not checked in today.', example: true }) check_in!: boolean;
  @Nullable() @Text({ description: 'The board that is being generated.', example: 'brd_4f9a0c51' }) board_id!: string | null;
}

@Shape('A health provider that is connected.')
export class HomeConnection {
  @Text({ description: 'The provider.', example: 'strava' }) provider!: string;
  @OneOf(['filling', 'filled', 'failed'], {
    description: 'Whether its past data is being read, has arrived, or did not arrive.',
    example: 'filled',
  })
  data!: 'filling' | 'filled' | 'failed';
  @Instant({ description: 'When it was connected.' }) connected_at!: Date;
}

@Shape('What the Home screen shows. It changes only when something of it or the time of day does.')
export class Home {
  @Day({ description: 'Today, in the time zone.', example: '2026-06-21' }) date!: string;
  @Text({ description: 'By the time of day, in the language of the person or in English.', example: 'Good morning, Ada' })
  greeting!: string;
  @Optional() @Nested(() => Readiness, { description: 'Absent before the first check-in of the day.' }) readiness?: Readiness;
  @Optional() @Nested(() => UserEvent, { description: 'The race that the person trains for.' }) active_event?: UserEvent;
  @Optional() @Nested(() => BoardSummary, { description: 'The newest board.' }) latest_board?: BoardSummary;
  @Nested(() => Pending, { description: 'What waits.' }) pending!: Pending;
  @List(() => HomeConnection, { description: 'Connected health providers.' }) connections!: HomeConnection[];
  @Instant({ description: 'When something of it last changed.' }) updated_at!: Date;
}

export const homeMembers = {
  getHome: operation('Read your Home screen', {
    description: 'All of it at once. With `If-None-Match`, 304 if nothing has changed.',
    input: GetHome,
    output: Home,
    problems: [PersonNotFound],
    scope: 'coach:use',
  }),
};
