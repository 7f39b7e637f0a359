import { models } from '@skep/contracts/models';
import { Aggregate } from '@skep/platform';
import { LanguageModel } from './language-model.js';

@Aggregate({ providers: [LanguageModel], exports: [LanguageModel], calls: [models.complete, models.quoteFee] })
export class AiModule {}
