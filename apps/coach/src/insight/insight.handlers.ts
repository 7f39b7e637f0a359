import { coach, type Insights, type ReadInsights } from '@skep/contracts/coach';
import { connections, HealthNotConnected } from '@skep/contracts/connections';
import { Bus, type Ctx, Handle, Handlers, withKeySuffix } from '@skep/platform';
import { SourcesRepository } from '../health/sources.repository.js';
import { PersonRepository } from '../person/person.repository.js';
import { findingsOf } from './findings.js';
import { ObservedRepository } from './observed.repository.js';
import { WordInsights } from './word-insights.js';

export const WINDOW_DAYS = 90;
const UNCONNECTED = ['disconnected', 'not_configured'];

@Handlers()
export class InsightHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly sources: SourcesRepository,
    private readonly people: PersonRepository,
    private readonly observed: ObservedRepository,
    private readonly words: WordInsights,
  ) {}

  @Handle(coach.getInsights)
  async getInsights(ctx: Ctx, { provider, lang }: ReadInsights): Promise<Insights> {
    const { name, status } = await this.bus.call(connections.getHealthProvider, withKeySuffix(ctx, 'provider'), { provider });
    if (UNCONNECTED.includes(status)) throw HealthNotConnected();
    const answer = { provider, window_days: WINDOW_DAYS, lang: 'en', insights: [] };
    // Just connected: we have not heard of it yet.
    const source = await this.sources.find(ctx, provider);
    if (!source || source.disconnected_at) return { ...answer, status: 'pending' };
    const today = await this.todayOf(ctx);
    const rows = await this.observed.read(ctx, provider, today, WINDOW_DAYS);
    const isEmpty = ![rows.activities, rows.nights, rows.days].some(({ length }) => length);
    if (isEmpty && source.state === 'filling') return { ...answer, status: 'pending' };
    if (isEmpty && source.state === 'failed') return { ...answer, status: 'failed', generated_at: source.filled_at ?? new Date() };
    const findings = findingsOf(rows, { name, today, window_days: WINDOW_DAYS });
    // What is still growing is not worth a model's words.
    const unworded = { ...answer, insights: findings, generated_at: new Date() };
    if (source.state !== 'filled') return { ...unworded, status: source.state === 'failed' ? 'failed' : 'partial' };
    const { lang: worded, insights, written_at } = await this.words.run(withKeySuffix(ctx, 'words'), provider, lang, findings);
    return { ...answer, status: 'ready', lang: worded, insights, generated_at: written_at };
  }

  /** The day of the person, in UTC for those who have not begun. */
  private async todayOf(ctx: Ctx): Promise<string> {
    const timeZone = await this.people.find(ctx).then(
      ({ timezone }) => timezone,
      () => 'UTC',
    );
    return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date());
  }
}
