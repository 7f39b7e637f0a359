import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured } from '../problem.js';

/** Where an app runs that gets pushes. */
export const DEVICE_PLATFORMS = ['ios', 'android', 'web'] as const;
export type DevicePlatform = (typeof DEVICE_PLATFORMS)[number];

/** A token of Firebase has a few hundred characters, and no documented limit. */
const TOKEN_MAX = 4_096;

const docs = {
  token: { description: 'The registration token that Firebase gave to the app.', example: 'dGVzdA:APA91bH4f9a' },
  id: { description: 'Id of the device token.', example: 'dvt_9f86d081884c7d65' },
} satisfies Record<string, FieldDocs>;

@Shape('A device that gets pushes.')
export class RegisterDevice {
  @Text({ min: 1, max: TOKEN_MAX, ...docs.token }) token!: string;
  @OneOf(DEVICE_PLATFORMS, { description: 'Where the app runs.', example: 'ios' }) platform!: DevicePlatform;
  @Optional() @Text({ max: 200, description: 'The app’s own id of the device.', example: 'E621E1F8' }) device_id?: string;
  @Optional() @Text({ max: 50, description: 'Version of the app.', example: '1.4.0' }) app_version?: string;
  @Optional() @Text({ max: 35, description: 'Language of the device (BCP 47).', example: 'en' }) locale?: string;
}

@Shape('A device that gets pushes from now on.')
export class RegisteredDevice {
  @Text(docs.id) id!: string;
  @Instant({ description: 'When it was last registered.' }) updated_at!: Date;
  @Bool({ description: 'Whether the token is new to Skep.', example: true }) created!: boolean;
}

@Shape('Identifies a device token of yours.')
export class DeviceTokenRef {
  @Text({ min: 1, max: TOKEN_MAX, description: 'The token, or its id.', example: 'dvt_9f86d081884c7d65' }) token_or_id!: string;
}

export const deviceMembers = {
  registerDevice: operation('Register a device for pushes', {
    description:
      'Idempotent: 201 for a new token, 200 later. A token belongs to the person who registered it last. You have 20 at most; the oldest one makes room. One that was not registered for 270 days is removed.',
    input: RegisterDevice,
    output: RegisteredDevice,
    problems: [NotConfigured],
    scope: 'coach:use',
  }),
  forgetDevice: operation('Stop pushes to a device', {
    description: 'Idempotent. Tokens of others stay.',
    input: DeviceTokenRef,
    output: Empty,
    scope: 'coach:use',
  }),
};
