import { Aggregate } from '@skep/platform';
import { AccountExportHandlers } from './account-export.handlers.js';

@Aggregate({ handlers: [AccountExportHandlers] })
export class AccountExportModule {}
