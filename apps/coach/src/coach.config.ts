import { ServiceConfig } from '@skep/platform';

/** The settings of coach, in addition to those of every service. */
export class CoachConfig extends ServiceConfig {}
