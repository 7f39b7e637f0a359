import { Aggregate, keepForEver } from '@skep/platform';
import { PersonEntity } from './person.entity.js';
import { PersonHandlers } from './person.handlers.js';
import { PersonRepository } from './person.repository.js';
import { ProfileEntity } from './profile.entity.js';
import { ProfileRepository } from './profile.repository.js';

@Aggregate({
  entities: [PersonEntity, ProfileEntity],
  handlers: [PersonHandlers],
  providers: [PersonRepository, ProfileRepository],
  exports: [PersonRepository, ProfileRepository],
  retention: [keepForEver(PersonEntity, 'until the user is erased'), keepForEver(ProfileEntity, 'until the user is erased')],
})
export class PersonModule {}
