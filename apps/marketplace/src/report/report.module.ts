import { Aggregate } from '@skep/platform';
import { ListingModule } from '../listing/listing.module.js';
import { AppReportEntity } from './app-report.entity.js';
import { ReportHandlers } from './report.handlers.js';

@Aggregate({ imports: [ListingModule], entities: [AppReportEntity], handlers: [ReportHandlers] })
export class ReportModule {}
