import { Aggregate, keepForEver } from '@skep/platform';
import { ModelModule } from '../model/model.module.js';
import { RaceEntity } from './race.entity.js';
import { RaceHandlers } from './race.handlers.js';
import { RaceRepository } from './race.repository.js';
import { RaceSearchEntity } from './race-search.entity.js';
import { RaceSearch } from './race-search.js';
import { RaceTranslationEntity } from './race-translation.entity.js';
import { RaceTranslationRepository } from './race-translations.js';
import { TranslateRace, TranslationHandlers } from './translate-race.js';

@Aggregate({
  imports: [ModelModule],
  entities: [RaceEntity, RaceSearchEntity, RaceTranslationEntity],
  handlers: [RaceHandlers, TranslationHandlers],
  providers: [RaceRepository, RaceSearch, RaceTranslationRepository, TranslateRace],
  exports: [RaceRepository, RaceSearch],
  retention: [keepForEver(RaceEntity, 'the catalogue of a tenant'), keepForEver(RaceTranslationEntity, 'with their race')],
})
export class RaceModule {}
