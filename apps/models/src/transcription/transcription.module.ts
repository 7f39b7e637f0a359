import { Aggregate } from '@skep/platform';
import { CompletionModule } from '../completion/completion.module.js';
import { ProviderModule } from '../provider/provider.module.js';
import { TranscriptionHandlers } from './transcription.handlers.js';

@Aggregate({ imports: [ProviderModule, CompletionModule], handlers: [TranscriptionHandlers] })
export class TranscriptionModule {}
