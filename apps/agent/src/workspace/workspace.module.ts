import { Aggregate, keepForEver } from '@skep/platform';
import { WorkspaceFileEntity } from './workspace-file.entity.js';
import { WorkspaceHandlers } from './workspace.handlers.js';
import { WorkspaceRepository } from './workspace.repository.js';

@Aggregate({
  entities: [WorkspaceFileEntity],
  handlers: [WorkspaceHandlers],
  providers: [WorkspaceRepository],
  exports: [WorkspaceRepository],
  retention: [keepForEver(WorkspaceFileEntity, 'until their user is erased')],
})
export class WorkspaceModule {}
