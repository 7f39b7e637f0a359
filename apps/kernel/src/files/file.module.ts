import { Aggregate, keepForEver } from '@skep/platform';
import { StoreModule } from '../store/store.module.js';
import { AppFileEntity } from './app-file.entity.js';
import { FileHandlers } from './file.handlers.js';
import { FileRepository } from './file.repository.js';

@Aggregate({
  imports: [StoreModule],
  entities: [AppFileEntity],
  handlers: [FileHandlers],
  providers: [FileRepository],
  exports: [FileRepository],
  retention: [keepForEver(AppFileEntity, 'until deleted, or until their user is erased')],
})
export class FileModule {}
