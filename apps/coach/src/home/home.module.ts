import { Aggregate } from '@skep/platform';
import { HomeHandlers } from './home.handlers.js';

@Aggregate({ handlers: [HomeHandlers] })
export class HomeModule {}
