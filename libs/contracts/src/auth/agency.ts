import { Empty } from '../common.js';
import { operation, page } from '../define.js';
import { Instant, Int, Json, Nullable, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';

const AGENCY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

export class CreateAgency {
  @Text({ min: 3, max: 50, pattern: AGENCY_ID, example: 'north-office' }) agency_id!: string;
  @Text({ min: 1, max: 255 }) display_name!: string;
  @Optional() @Text({ max: 255, example: 'north.example.com' }) domain?: string;
  @Optional()
  @Json({ bytes: Infinity, description: 'The fields of a change of settings, and any others that hold no secret.' })
  settings?: Record<string, unknown>;
}

export class AgencyRef {
  @Text({ min: 1, max: 50 }) agency_id!: string;
}

/** What is left out stays. */
export class AgencySettings {
  @Optional()
  @Text({ max: 1024, description: 'An https URL, or a path that begins with `/`; empty to take it away.', example: '/logo.svg' })
  logo_url?: string;
  @Optional() @Text({ max: 1024, description: 'As `logo_url`, for dark surroundings.' }) logo_dark_url?: string;
  @Optional()
  @Text({ max: 32, example: 'standard', description: 'Such as `standard`, `federal` or `enterprise`.' })
  compliance_tier?: string;
  @Optional() @Int({ min: 1, max: 3650 }) retention_days?: number;
  @Optional()
  @Json({
    bytes: Infinity,
    description: 'Settings of any other name, each put in the place of what was there; null takes one away. No secrets.',
  })
  extra?: Record<string, unknown>;
}

export class UpdateAgencySettings extends AgencySettings {
  @Text({ min: 1, max: 50 }) agency_id!: string;
}

export class ListAgencies {
  @Int({ min: 1, max: 500 }) limit: number = 100;
  @Int({ min: 0, max: 1_000_000 }) offset: number = 0;
}

export class AgencyItem {
  @Text({ example: 'north-office' }) agency_id!: string;
  @Text() display_name!: string;
  @Nullable() @Text() domain!: string | null;
  @Nullable() @Json() settings!: Record<string, unknown> | null;
  @Instant() created_at!: Date;
}

export const AgencyNotFound = problem('agency_not_found', 404, 'There is no such agency.');
export const AgencyIdTaken = problem('agency_id_taken', 409, 'This agency id or domain is in use.');

export const agencyMembers = {
  getMyAgency: operation('Read the agency you belong to', { input: Empty, output: AgencyItem }),
  listAgencies: operation('List the agencies of your tenant', {
    input: ListAgencies,
    output: page(AgencyItem),
    scope: 'admin:agencies:read',
  }),
  createAgency: operation('Create an agency', {
    input: CreateAgency,
    output: AgencyItem,
    problems: [AgencyIdTaken],
    scope: 'admin:agencies:write',
  }),
  getAgency: operation('Read an agency', {
    input: AgencyRef,
    output: AgencyItem,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:read',
  }),
  updateAgencySettings: operation('Change settings of an agency', {
    input: UpdateAgencySettings,
    output: AgencyItem,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:write',
  }),
};
