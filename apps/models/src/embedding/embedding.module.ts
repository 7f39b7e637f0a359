import { Aggregate } from '@skep/platform';
import { ProviderModule } from '../provider/provider.module.js';
import { EmbeddingHandlers } from './embedding.handlers.js';
import { LocalEmbedder } from './local-embedder.js';

@Aggregate({ imports: [ProviderModule], handlers: [EmbeddingHandlers], providers: [LocalEmbedder] })
export class EmbeddingModule {}
