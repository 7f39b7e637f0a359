import { Aggregate } from '@skep/platform';
import { LanguageModel } from './language-model.js';

@Aggregate({ providers: [LanguageModel], exports: [LanguageModel], outgoing: ['language models'] })
export class AiModule {}
