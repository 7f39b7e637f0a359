import {
  coach,
  type DiscoverRaces as Discover,
  type Recommendation,
  type RecommendationRef,
  type RecommendRaces,
  type RefineRecommendation,
  type SelectedRace,
  type SelectRace,
} from '@skep/contracts/coach';
import { type Ctx, Database, Handle, Handlers, Runs } from '@skep/platform';
import { randomUUID } from 'node:crypto';
import { UserEventRepository } from '../plan/user-event.repository.js';
import { RaceRepository } from '../race/race.repository.js';
import { toSummary } from '../race/race-row.js';
import { Sources } from '../source/sources.js';
import { DiscoverRaces } from './discover-races.js';
import { RECOMMENDATION } from './recommendation-run.js';
import type { RecommendationEntity } from './recommendation.entity.js';
import { RecommendationRepository } from './recommendation.repository.js';

const SOURCE = 'race_recommendation';

@Handlers()
export class RecommendationHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly recommendations: RecommendationRepository,
    private readonly races: RaceRepository,
    private readonly plans: UserEventRepository,
    private readonly sources: Sources,
    private readonly discover: DiscoverRaces,
  ) {}

  @Handle(coach.recommendRaces)
  async recommendRaces(ctx: Ctx, wishes: RecommendRaces) {
    const id = `rec_${randomUUID().replaceAll('-', '')}`;
    await this.db.transaction(async () => {
      const run_id = await this.start(ctx, id);
      await this.recommendations.add(ctx, id, wishes, run_id);
      if (wishes.text?.trim()) await this.sources.write(ctx, { source: SOURCE, parent: id, client_message_id: id, text: wishes.text });
    });
    return this.getRecommendation(ctx, { recommendation_id: id });
  }

  @Handle(coach.getLatestRecommendation)
  async getLatestRecommendation(ctx: Ctx) {
    return this.toRecommendation(ctx, await this.recommendations.findLatest(ctx));
  }

  @Handle(coach.getRecommendation)
  async getRecommendation(ctx: Ctx, { recommendation_id: id }: RecommendationRef) {
    return this.toRecommendation(ctx, await this.recommendations.find(ctx, id));
  }

  @Handle(coach.refineRecommendation)
  async refineRecommendation(ctx: Ctx, { recommendation_id: id, text, client_message_id }: RefineRecommendation) {
    await this.db.transaction(async () => {
      await this.recommendations.lock(ctx, id);
      const { isNew } = await this.sources.write(ctx, { source: SOURCE, parent: id, client_message_id, text });
      if (isNew) await this.recommendations.begin(id, await this.start(ctx, id));
    });
    return this.getRecommendation(ctx, { recommendation_id: id });
  }

  @Handle(coach.discoverRaces)
  discoverRaces(ctx: Ctx, input: Discover) {
    return this.discover.run(ctx, input);
  }

  @Handle(coach.selectRace)
  async selectRace(ctx: Ctx, { recommendation_id, ...race }: SelectRace): Promise<SelectedRace> {
    await this.recommendations.find(ctx, recommendation_id);
    return this.plans.take(ctx, race);
  }

  private async start(ctx: Ctx, recommendation_id: string): Promise<string> {
    const key = `${recommendation_id}/${randomUUID()}`;
    return (await this.runs.start(RECOMMENDATION, ctx, { recommendation_id }, { lane: recommendation_id, key })).id;
  }

  private async toRecommendation({ tenant }: Ctx, row: RecommendationEntity): Promise<Recommendation> {
    const { id: recommendation_id, state: status, ranked_by, run_id, created_at, updated_at } = row;
    const races = await this.races.findAll(
      tenant,
      row.items.map(({ event_id }) => event_id),
    );
    const items = row.items.flatMap((item) => {
      const race = races.find(({ id }) => id === item.event_id);
      return race ? [{ ...item, event: toSummary(race) }] : [];
    });
    return { recommendation_id, status, items, ranked_by, run_id, created_at, updated_at };
  }
}
