import { operation } from '../define.js';
import { Bool, type FieldDocs, Int, Optional, Shape, Text } from '../fields.js';
import { InvalidInput } from '../problem.js';
import { PersonNotFound } from './person.js';
import { ClientMessageId } from './source.js';

const docs = {
  text: { description: 'How the day is, in the words of the person.', example: 'Slept badly' },
  mood: { description: 'Mood, from 0 (worst) to 10 (best).', example: 6 },
  soreness: { description: 'Soreness, from 0 (none) to 10 (worst).', example: 3 },
  sleep_quality: { description: 'How the person slept, from 0 (worst) to 10 (best).', example: 4 },
} satisfies Record<string, FieldDocs>;

@Shape('How a person is, in numbers.')
export class CheckInFields {
  @Optional() @Int({ min: 0, max: 10, ...docs.mood }) mood?: number;
  @Optional() @Int({ min: 0, max: 10, ...docs.soreness }) soreness?: number;
  @Optional() @Int({ min: 0, max: 10, ...docs.sleep_quality }) sleep_quality?: number;
}

@Shape('A check-in: how a person is. It has at least one of `text`, `mood`, `soreness` and `sleep_quality`.')
export class CheckIn extends CheckInFields {
  @Optional() @Text({ min: 1, max: 4_000, ...docs.text }) text?: string;
  @ClientMessageId() client_message_id!: string;
}

@Shape('A check-in that is kept.')
export class KeptCheckIn {
  @Text({ description: 'Id of the check-in.', example: 'src_5f0c2b7e9a1d4c3e8b6f' }) id!: string;
  @Bool({ description: 'Whether this request created it. False: it was there.', example: true }) created!: boolean;
}

export const checkInMembers = {
  checkIn: operation('Check in', {
    description: 'Says how you are. A `client_message_id` that is repeated answers 200 with the first check-in.',
    input: CheckIn,
    output: KeptCheckIn,
    problems: [InvalidInput, PersonNotFound],
    scope: 'coach:use',
  }),
};
