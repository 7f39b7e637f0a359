import {
  coach,
  type FindRaces,
  type RacePage,
  type RaceRef,
  type ReadRace,
  type TranslateRace as Translate,
  type WriteRace,
} from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { readAcceptLanguage } from './languages.js';
import { toRace, toSummary } from './race-row.js';
import { RaceRepository } from './race.repository.js';
import { RaceSearch } from './race-search.js';
import { RaceTranslationRepository } from './race-translations.js';
import { TranslateRace } from './translate-race.js';

@Handlers()
export class RaceHandlers {
  constructor(
    private readonly races: RaceRepository,
    private readonly search: RaceSearch,
    private readonly translations: RaceTranslationRepository,
    private readonly translate: TranslateRace,
  ) {}

  @Handle(coach.writeRace)
  async writeRace(_: Ctx, race: WriteRace) {
    const written = await this.races.write(race.tenant_id, race);
    return { ...toRace(written), created: written.created };
  }

  @Handle(coach.listRaces)
  async listRaces({ tenant }: Ctx, { lang, ...search }: FindRaces): Promise<RacePage> {
    const { rows, has_more, cursorAt } = await this.search.find(tenant, search);
    const texts = await this.translations.textsOf(rows, lang ? [lang] : []);
    const items = rows.map((row) => toSummary(row, texts.get(row.id)));
    return { items, next_cursor: has_more ? cursorAt!(rows.length - 1) : null };
  }

  @Handle(coach.getRace)
  async getRace({ tenant }: Ctx, { event_id, lang, accept_language = '' }: ReadRace) {
    const race = await this.races.find(tenant, event_id);
    const texts = await this.translations.textsOf([race], lang ? [lang] : readAcceptLanguage(accept_language));
    return toRace(race, texts.get(event_id));
  }

  @Handle(coach.listRaceTranslations)
  async listRaceTranslations({ tenant }: Ctx, { event_id }: RaceRef) {
    return this.translations.list(await this.races.find(tenant, event_id));
  }

  @Handle(coach.translateRace)
  async translateRace(ctx: Ctx, { event_id, lang }: Translate) {
    return this.translate.run(ctx, await this.races.find(ctx.tenant, event_id), lang);
  }
}
