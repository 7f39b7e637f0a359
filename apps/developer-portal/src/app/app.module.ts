import { Aggregate } from '@skep/platform';
import { AppEntity } from './app.entity.js';
import { AppRepository } from './app.repository.js';

@Aggregate({ entities: [AppEntity], providers: [AppRepository], exports: [AppRepository] })
export class AppModule {}
