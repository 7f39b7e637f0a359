import { AppRef } from '../common.js';
import { operation } from '../define.js';
import { Json, List, OneOf, Optional, Shape, Text } from '../fields.js';
import { IrFault } from '../kernel/index.js';
import { Permission } from '../registry/index.js';
import { appDocs } from './app.js';

@Shape('An app to check: what a deploy would send.')
export class ValidateApp extends AppRef {
  @Json({ bytes: Infinity, description: 'App as an IR envelope, or in the short flat form.' }) ir_dict!: Record<string, unknown>;
  @Optional()
  @Json({ bytes: Infinity, description: 'Manifest, at most 1 MiB. Left out, only the IR is checked.' })
  manifest_json?: Record<string, unknown>;
}

@Shape('One fault of an app: a deploy is refused until it is corrected.')
export class AppFault extends IrFault {
  @OneOf(['ir', 'manifest'], { description: 'What has the fault.', example: 'ir' }) source!: 'ir' | 'manifest';
}

@Shape('What a deploy of an app would say, and what users would be asked.')
export class AppValidation {
  @List(() => AppFault, { description: 'All faults. Empty if the app can be deployed.' }) faults!: AppFault[];
  @List(() => IrFault, { description: 'Parts of the IR that run, but probably not as intended.', example: [] }) warnings!: IrFault[];
  @Text({ ...appDocs.version, description: `${appDocs.version.description} Empty if the IR has faults.` }) version!: string;
  @List(() => Permission, { description: 'What users consent to when they install the app. Empty if the IR has faults.' })
  permissions!: Permission[];
}

export const validationMembers = {
  validateApp: operation('Check an app', {
    description: 'Checks an IR and a manifest as a deploy does, and stores nothing. The app does not have to exist.',
    input: ValidateApp,
    output: AppValidation,
    scope: 'developer:apps:write',
    spansCalls: true,
  }),
};
