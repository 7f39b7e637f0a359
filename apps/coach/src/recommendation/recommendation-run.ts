import { Handlers, OnRun, type Run, runKind } from '@skep/platform';
import { ProfileRepository } from '../person/profile.repository.js';
import { Candidates } from './candidates.js';
import { rankByRules } from './rank-by-rules.js';
import { RankByModel } from './rank-by-model.js';
import { RecommendationRepository } from './recommendation.repository.js';

interface RecommendationRun {
  recommendation_id: string;
}
/** A newer one replaces it: it knows all that its person has said. */
export const RECOMMENDATION = runKind<RecommendationRun>('coach.recommend', { retries: 1_000, overlap: 'replace', atOnce: 3 });

/** Of the races that fit, those that a model gets. */
const OFFERED_MAX = 30;
const ITEMS_MAX = 10;

@Handlers()
export class RecommendationRunHandlers {
  constructor(
    private readonly recommendations: RecommendationRepository,
    private readonly candidates: Candidates,
    private readonly profiles: ProfileRepository,
    private readonly model: RankByModel,
  ) {}

  @OnRun(RECOMMENDATION)
  async recommend(run: Run, { recommendation_id: id }: RecommendationRun): Promise<void> {
    const { ctx } = run;
    const found = await run.step('find', async () => {
      const { wishes } = await this.recommendations.find(ctx, id);
      const candidates = await this.candidates.find(ctx.tenant, wishes);
      const ranked = rankByRules(candidates, wishes, new Date()).slice(0, OFFERED_MAX);
      const raceOf = new Map(candidates.map((race) => [race.id, race]));
      return { ranked, offered: ranked.map(({ event_id }) => raceOf.get(event_id)!) };
    });
    const items = await run.step('rank', async (step) => {
      if (!found.offered.length) return null;
      const { wishes } = await this.recommendations.find(ctx, id);
      const wanted = { wishes, said: await this.recommendations.said(ctx, id), profile: await this.profiles.findOf(ctx) };
      return (await this.model.rank(step.ctx, found.offered, wanted)) ?? null;
    });
    await run.commit('keep', () =>
      this.recommendations.finish(id, run.id, items ?? found.ranked.slice(0, ITEMS_MAX), items ? 'model' : 'rules'),
    );
  }
}
