import { Aggregate } from '@skep/platform';
import { PlanEntity } from './plan.entity.js';
import { PlanHandlers } from './plan.handlers.js';

@Aggregate({ entities: [PlanEntity], handlers: [PlanHandlers] })
export class PlanModule {}
