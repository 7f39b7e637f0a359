import type { BoardKind } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CheckIns } from '../check-in/check-ins.js';
import { HealthRepository } from '../health/health.repository.js';
import { PersonRepository } from '../person/person.repository.js';
import { ProfileRepository } from '../person/profile.repository.js';
import { UserEventRepository } from '../plan/user-event.repository.js';
import { Sources } from '../source/sources.js';
import type { BoardData } from './prompts.js';
import { TrainingRepository } from './training.repository.js';

const CHECK_INS = 7;
const MESSAGES = 15;
const MESSAGE_LENGTH = 500;

/** What a board is about. */
interface About {
  kind: BoardKind;
  day: string;
  activity_id: string | null;
}

/** What is known of a person, for a board. */
@Injectable()
export class BoardContext {
  constructor(
    private readonly people: PersonRepository,
    private readonly profiles: ProfileRepository,
    private readonly checkIns: CheckIns,
    private readonly sources: Sources,
    private readonly plans: UserEventRepository,
    private readonly health: HealthRepository,
    private readonly training: TrainingRepository,
  ) {}

  /** @throws Problem `person_not_found` */
  async read(ctx: Ctx, { kind, day, activity_id }: About): Promise<BoardData> {
    const { tenant, user } = ctx;
    const [person, profile, checkIns, messages, race, activity, { weeks, activities, days }] = await Promise.all([
      this.people.find(ctx),
      this.profiles.findOf(ctx),
      this.checkIns.latest(ctx, CHECK_INS),
      this.sources.latest(ctx, MESSAGES),
      this.plans.findActive(ctx),
      activity_id === null ? undefined : this.health.find({ tenant, user }, activity_id),
      this.training.read(ctx, day),
    ]);
    const { profile_id: _, user_id: __, version: ___, updated_at: ____, ...about } = profile ?? ({} as Record<string, undefined>);
    const known = {
      ...{ name: person.display_name, units: person.units, profile: about, weeks, days, activities },
      ...(activity && { activity }),
      ...(race && { trains_for: { goal: race.goal, distance_id: race.distance_id, race: race.event } }),
      check_ins: checkIns.map(({ created_at: at, text, mood, soreness, sleep_quality }) => ({ at, text, mood, soreness, sleep_quality })),
      said: messages.map(({ created_at: at, source, text }) => ({ at, source, text: text.slice(0, MESSAGE_LENGTH) })),
    };
    return { kind, day, locale: person.locale, known: JSON.stringify(known), weeks };
  }
}
