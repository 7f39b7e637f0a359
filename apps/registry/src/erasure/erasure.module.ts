import { Aggregate } from '@skep/platform';
import { ExtensionModule } from '../extension/extension.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [ExtensionModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
