import { models } from '@skep/contracts/models';
import { Aggregate, keepForEver } from '@skep/platform';
import { ToolModule } from '../tool/tool.module.js';
import { WorkspaceModule } from '../workspace/workspace.module.js';
import { Embedder } from './embedder.js';
import { MemoryEntity, MemoryTermEntity, MemoryWordEntity } from './memory.entity.js';
import { MemoryHandlers } from './memory.handlers.js';
import { MemoryIndex } from './memory-index.js';
import { MemoryRepository } from './memory.repository.js';
import { MemoryTools } from './memory-tools.js';
import { Remember } from './remember.js';
import { SearchMemory } from './search-memory.js';
import { SyncMemory } from './sync-memory.js';

@Aggregate({
  imports: [ToolModule, WorkspaceModule],
  entities: [MemoryEntity, MemoryTermEntity, MemoryWordEntity],
  handlers: [MemoryHandlers],
  providers: [Embedder, MemoryIndex, MemoryRepository, MemoryTools, Remember, SearchMemory, SyncMemory],
  calls: [models.embed],
  retention: [
    keepForEver(MemoryEntity, 'until deleted, or until their user is erased'),
    keepForEver(MemoryTermEntity, 'until their entry is deleted'),
    keepForEver(MemoryWordEntity, 'until their user is erased'),
  ],
})
export class MemoryModule {}
