import { Aggregate } from '@skep/platform';
import { InvocationModule } from '../invocation/invocation.module.js';
import { NodeModule } from '../node/node.module.js';
import { RemovalHandlers } from './removal.handlers.js';

@Aggregate({ imports: [InvocationModule, NodeModule], handlers: [RemovalHandlers] })
export class RemovalModule {}
