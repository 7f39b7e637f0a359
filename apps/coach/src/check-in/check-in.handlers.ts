import { InvalidInput } from '@skep/contracts';
import { type CheckIn, coach } from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PersonRepository } from '../person/person.repository.js';
import { CheckIns } from './check-ins.js';

@Handlers()
export class CheckInHandlers {
  constructor(
    private readonly people: PersonRepository,
    private readonly checkIns: CheckIns,
  ) {}

  @Handle(coach.checkIn)
  async checkIn(ctx: Ctx, input: CheckIn) {
    if ([input.text, input.mood, input.soreness, input.sleep_quality].every((said) => said === undefined))
      throw InvalidInput([{ loc: ['text'], msg: 'Give text, mood, soreness or sleep_quality', type: 'missing' }]);
    await this.people.find(ctx);
    return this.checkIns.add(ctx, input);
  }
}
