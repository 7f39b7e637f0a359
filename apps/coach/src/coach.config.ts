import { Int, OneOf, Text } from '@skep/contracts';
import { DEFAULT_OBJECTS, ObjectsUrl, PublicUrl, ReturnToAllow, SealingConfig, type SettingFault } from '@skep/platform';
import { ENGINE_NAMES } from './route/engines/engine-names.js';

/** The settings of coach, in addition to those of every service. */
export class CoachConfig extends SealingConfig {
  /** The base of the addresses of saved routes. */
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @ReturnToAllow('Origins and schemes that OAuth flows may come back to.') RETURN_TO_ALLOW: string[] = [];
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
  @Text({ pattern: /^https?:\/\//, description: 'Address of Garmin’s API.' }) GARMIN_API_BASE: string = 'https://apis.garmin.com';
  @Text({ pattern: /^https?:\/\//, description: 'Address of Oura’s API.' }) OURA_API_BASE: string = 'https://api.ouraring.com';
  @Text({ pattern: /^https?:\/\//, description: 'Address of Strava’s API, with its version.' }) STRAVA_API_BASE: string =
    'https://www.strava.com/api/v3';
  @Text({ pattern: /^https?:\/\//, description: 'Address of WHOOP’s API.' }) WHOOP_API_BASE: string =
    'https://api.prod.whoop.com/developer';
  @Int({ min: 1, max: 3_650, description: 'Days before the connection of a health provider that are read from it.' })
  SKEP_COACH_BACKFILL_DAYS: number = 365;
  @Int({ min: 1, max: 168, description: 'Hours between two readings of a health provider.' })
  SKEP_COACH_SYNC_HOURS: number = 6;
  @OneOf(['tenant', 'person'], {
    description: 'Who pays for language models that the operator provides to the coach: the tenant, or the wallet of the person.',
  })
  SKEP_COACH_PAYER: 'tenant' | 'person' = 'tenant';
  @Int({ min: 0, max: 1_000_000_000, description: 'Credits of language models that the tenant pays for one person in a month (UTC).' })
  SKEP_COACH_MONTHLY_CREDITS: number = 100_000;
  @OneOf(['', ...ENGINE_NAMES], { example: 'graphhopper', description: 'Engine that plans routes. Without it routes are straight lines.' })
  ROUTING_ENGINE: string = '';
  @Text({ pattern: /^(https?:\/\/.+)?$/, example: 'http://graphhopper:8989', description: 'Address of that engine.' })
  ROUTING_URL: string = '';
  @Int({ min: 0, max: 36_500, description: 'Days for which saved routes are kept after their last change; 0 keeps them.' })
  SKEP_ROUTE_DAYS: number = 365;

  override notConfigured(): Record<string, readonly string[]> {
    return this.ROUTING_ENGINE ? {} : { 'routes on roads': ['ROUTING_ENGINE', 'ROUTING_URL'] };
  }

  override faults(): SettingFault[] {
    if (!this.ROUTING_ENGINE === !this.ROUTING_URL) return [];
    const [missing, set] = this.ROUTING_ENGINE ? ['ROUTING_URL', 'ROUTING_ENGINE'] : ['ROUTING_ENGINE', 'ROUTING_URL'];
    return [{ setting: missing, fault: `must be set together with ${set}` }];
  }
}
