import { Aggregate, keepForEver } from '@skep/platform';
import { PersonModule } from '../person/person.module.js';
import { SourceModule } from '../source/source.module.js';
import { CheckInEntity } from './check-in.entity.js';
import { CheckInHandlers } from './check-in.handlers.js';
import { CheckIns } from './check-ins.js';

@Aggregate({
  imports: [PersonModule, SourceModule],
  entities: [CheckInEntity],
  handlers: [CheckInHandlers],
  providers: [CheckIns],
  exports: [CheckIns],
  retention: [keepForEver(CheckInEntity, 'until the user is erased')],
})
export class CheckInModule {}
