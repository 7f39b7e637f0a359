import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { Bool, Json, List, Optional, Shape, Text } from '../fields.js';
import { CONFIG_BYTES_MAX } from '../registry/index.js';
import { DeveloperAppNotFound } from './app.js';

/** The sections of an app's settings. */
export const SETTING_SECTIONS = ['general', 'models', 'persona', 'alerts', 'router', 'session', 'monitoring', 'ui', 'skeleton'] as const;

type Section = Record<string, unknown>;
const Settings = (about: string) => Json({ bytes: CONFIG_BYTES_MAX, description: `Settings ${about}.`, example: { enabled: true } });

@Shape('The settings of an app by section.')
export class AppSettings {
  @Settings('of the app as a whole') general!: Section;
  @Settings('of the language models that it uses') models!: Section;
  @Settings('of how it speaks') persona!: Section;
  @Settings('of when it alerts users') alerts!: Section;
  @Settings('of how its functions are chosen') router!: Section;
  @Settings('of its sessions') session!: Section;
  @Settings('of what is measured') monitoring!: Section;
  @Settings('of its user interface') ui!: Section;
  @Settings('of its skeleton') skeleton!: Section;
}

@Shape('Changes of the settings of an app. Sections are merged deeply; null for an entry removes it.')
export class UpdateAppSettings extends AppRef {
  @Optional() @Settings('of the app as a whole') general?: Section;
  @Optional() @Settings('of the language models that it uses') models?: Section;
  @Optional() @Settings('of how it speaks') persona?: Section;
  @Optional() @Settings('of when it alerts users') alerts?: Section;
  @Optional() @Settings('of how its functions are chosen') router?: Section;
  @Optional() @Settings('of its sessions') session?: Section;
  @Optional() @Settings('of what is measured') monitoring?: Section;
  @Optional() @Settings('of its user interface') ui?: Section;
  @Optional() @Settings('of its skeleton') skeleton?: Section;
}

@Shape('Which settings were changed.')
export class AppSettingsUpdated {
  @Text({ description: 'One sentence.', example: 'The settings were updated.' }) message!: string;
  @List('text', { description: 'Names of the changed sections.', example: ['general'] }) updated_sections!: string[];
  @Bool({ description: 'Whether the section `skeleton` was changed.', example: false }) skeleton_reloaded!: boolean;
}

export const appSettingsMembers = {
  getAppSettings: operation('Read the settings of an app', {
    description: 'Those of the platform, the tenant and the app, each of which overrides those before it.',
    input: AppRef,
    output: AppSettings,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  updateAppSettings: operation('Change the settings of an app', {
    description: 'They hold in the tenant of its developer. All sections together may have 64 KiB.',
    input: UpdateAppSettings,
    output: AppSettingsUpdated,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
