import { kernel } from '@skep/contracts/kernel';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DeveloperModule } from '../developer/developer.module.js';
import { AnalyticsHandlers } from './analytics.handlers.js';

@Aggregate({ imports: [AppModule, DeveloperModule], handlers: [AnalyticsHandlers], calls: [kernel.listAppFigures] })
export class AnalyticsModule {}
