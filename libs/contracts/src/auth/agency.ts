import { Cursor, Empty } from '../common.js';
import { operation, page } from '../define.js';
import { Instant, Int, Json, Nested, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { AgencyTheme } from './agency-theme.js';

const AGENCY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const AgencyId = () => Text({ min: 1, max: 50, description: 'Id of the agency.', example: 'north-office' });

@Shape('A new agency.')
export class CreateAgency {
  @Text({
    min: 3,
    max: 50,
    pattern: AGENCY_ID,
    description: 'Id of the agency, unique in the tenant. `default` is reserved.',
    example: 'north-office',
  })
  agency_id!: string;
  @Text({ min: 1, max: 255, description: 'Name that users see.', example: 'North Office' }) display_name!: string;
  @Optional()
  @Text({ max: 255, description: 'Host name of the agency, unique in the tenant.', example: 'north.example.com' })
  domain?: string;
  @Optional()
  @Json({
    bytes: Infinity,
    description: 'Fields of a settings update, and settings of any other name. No secrets.',
    example: { logo_url: '/logo.svg' },
  })
  settings?: Record<string, unknown>;
}

@Shape('Identifies an agency of your tenant.')
export class AgencyRef {
  @AgencyId() agency_id!: string;
}

@Shape('Settings of an agency. Fields that are left out do not change.')
export class AgencySettings {
  @Optional()
  @Text({ max: 1024, description: 'Logo: an https URL, or a path that begins with `/`. Empty removes it.', example: '/logo.svg' })
  logo_url?: string;
  @Optional()
  @Text({ max: 1024, description: 'Logo for dark backgrounds: an https URL, or a path that begins with `/`. Empty removes it.' })
  logo_dark_url?: string;
  @Optional()
  @Text({
    max: 32,
    example: 'standard',
    description: 'Compliance level, such as `standard`, `federal` or `enterprise`. Skep stores it for clients and does not enforce it.',
  })
  compliance_tier?: string;
  @Optional()
  @Int({
    min: 1,
    max: 3650,
    description: 'Days for which the agency keeps data. Skep stores it for clients and does not enforce it.',
    example: 365,
  })
  retention_days?: number;
  @Optional()
  @Json({ bytes: Infinity, description: 'Settings of any other name. Each replaces the present value; null removes it. No secrets.' })
  extra?: Record<string, unknown>;
}

@Shape('Settings of an agency to change. Fields that are left out do not change.')
export class UpdateAgencySettings extends AgencySettings {
  @AgencyId() agency_id!: string;
}

@Shape('A page of agencies.')
export class ListAgencies {
  @Int({ min: 1, max: 500, description: 'Number of agencies to return.' }) limit: number = 100;
  @Int({ min: 0, max: 1_000_000, description: 'Number of agencies to skip.' }) offset: number = 0;
  @Cursor() cursor?: string;
}

@Shape('An agency: a group of users within a tenant.')
export class AgencyItem {
  @Text({ description: 'Id of the agency.', example: 'north-office' }) agency_id!: string;
  @Text({ description: 'Name that users see.', example: 'North Office' }) display_name!: string;
  @Nullable()
  @Text({ description: 'Host name of the agency, in lower case. Null if it has none.', example: 'north.example.com' })
  domain!: string | null;
  @Nullable()
  @Json({ description: 'Settings by name. Empty if none are set.', example: { logo_url: '/logo.svg' } })
  settings!: Record<string, unknown> | null;
  @Instant({ description: 'When the agency was created.' }) created_at!: Date;
}

@Shape('The agency of a user, with its appearance.')
export class MyAgency extends AgencyItem {
  @Nested(() => AgencyTheme, { description: 'Appearance of the agency.' }) theme!: AgencyTheme;
}

@Shape('The appearance of an agency. It replaces the present one; what is left out is as in the default theme.')
export class SetAgencyTheme extends AgencyTheme {
  @AgencyId() agency_id!: string;
}

export const AgencyNotFound = problem('agency_not_found', 404, 'Agency not found.');
export const AgencyIdTaken = problem('agency_id_taken', 409, 'This agency id or domain is already in use.');

export const agencyMembers = {
  getMyAgency: operation('Read your agency', {
    description: 'A user without an agency gets an agency with the id `default`, no settings and the default theme.',
    input: Empty,
    output: MyAgency,
  }),
  listAgencies: operation('List the agencies of your tenant', {
    description: 'Oldest first.',
    input: ListAgencies,
    output: page(AgencyItem),
    scope: 'admin:agencies:read',
  }),
  createAgency: operation('Create an agency', {
    description: 'Users are added to it by their `agency_id`.',
    input: CreateAgency,
    output: AgencyItem,
    problems: [AgencyIdTaken],
    scope: 'admin:agencies:write',
  }),
  getAgency: operation('Read an agency', {
    description: 'Finds agencies of your tenant only.',
    input: AgencyRef,
    output: AgencyItem,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:read',
  }),
  updateAgencySettings: operation('Update the settings of an agency', {
    description: 'All settings together take at most 50,000 characters as JSON.',
    input: UpdateAgencySettings,
    output: AgencyItem,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:write',
  }),
  getAgencyTheme: operation('Read the theme of an agency', {
    description: 'An agency without a theme of its own has the default one.',
    input: AgencyRef,
    output: AgencyTheme,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:read',
  }),
  setAgencyTheme: operation('Set the theme of an agency', {
    description:
      'Text needs a contrast of at least 4.5 to 1 with what it stands on (WCAG 2.2, level AA): `foreground_…` with `background_…`, and each other `…_foreground_…` with the colour of its name. Unknown fields are rejected.',
    input: SetAgencyTheme,
    output: AgencyTheme,
    problems: [AgencyNotFound],
    scope: 'admin:agencies:write',
  }),
};
