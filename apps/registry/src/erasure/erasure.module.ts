import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { ExtensionModule } from '../extension/extension.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [AppModule, ExtensionModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
