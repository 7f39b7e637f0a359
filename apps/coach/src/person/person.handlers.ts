import {
  type BeginCoaching,
  coach,
  PersonNotFound,
  type PersonRef,
  type ProfileRef,
  type UpdatePerson,
  type WriteProfile,
} from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PersonRepository, toPerson } from './person.repository.js';
import { ProfileRepository } from './profile.repository.js';

@Handlers()
export class PersonHandlers {
  constructor(
    private readonly people: PersonRepository,
    private readonly profiles: ProfileRepository,
  ) {}

  @Handle(coach.beginCoaching)
  beginCoaching(ctx: Ctx, input: BeginCoaching) {
    return this.people.begin(ctx, input);
  }

  @Handle(coach.getOwnPerson)
  async getOwnPerson(ctx: Ctx) {
    return toPerson(await this.people.find(ctx));
  }

  @Handle(coach.updateOwnPerson)
  async updateOwnPerson(ctx: Ctx, input: UpdatePerson) {
    return toPerson(await this.people.update(ctx, input));
  }

  @Handle(coach.getPerson)
  getPerson(ctx: Ctx, { user_id }: PersonRef) {
    if (user_id !== ctx.user) throw PersonNotFound();
    return this.getOwnPerson(ctx);
  }

  @Handle(coach.getProfile)
  getProfile(ctx: Ctx, { profile_id }: ProfileRef) {
    return this.profiles.find(ctx, profile_id);
  }

  @Handle(coach.updateProfile)
  updateProfile(ctx: Ctx, input: WriteProfile) {
    return this.profiles.write(ctx, input, false);
  }

  @Handle(coach.replaceProfile)
  replaceProfile(ctx: Ctx, input: WriteProfile) {
    return this.profiles.write(ctx, input, true);
  }
}
