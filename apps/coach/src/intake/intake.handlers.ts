import { coach, type Intake, type TakeIntakeTurn } from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ProfileRepository } from '../person/profile.repository.js';
import { knownOf, nextStep } from './intake-answers.js';
import { IntakeRepository } from './intake.repository.js';
import { TakeTurn } from './take-turn.js';

@Handlers()
export class IntakeHandlers {
  constructor(
    private readonly intakes: IntakeRepository,
    private readonly profiles: ProfileRepository,
    private readonly turn: TakeTurn,
  ) {}

  @Handle(coach.getIntake)
  async getIntake(ctx: Ctx): Promise<Intake> {
    const [answers, profile, messages] = [
      await this.intakes.answers(ctx),
      await this.profiles.findOf(ctx),
      await this.intakes.messages(ctx),
    ];
    const step = nextStep({ ...knownOf(profile), ...answers });
    return { status: step === 'done' ? 'complete' : 'open', step, answers, messages };
  }

  @Handle(coach.takeIntakeTurn)
  takeIntakeTurn(ctx: Ctx, input: TakeIntakeTurn) {
    return this.turn.run(ctx, input);
  }
}
