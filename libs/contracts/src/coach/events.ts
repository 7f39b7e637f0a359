import { IDS } from '../common.js';
import { event } from '../define.js';
import { List, Shape, Text } from '../fields.js';

@Shape('The profile of a person was changed. The audit log records it.')
export class ProfileChanged {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text({ description: 'Id of the profile.', example: 'prf_6Qk1' }) profile_id!: string;
  @List('text', { description: 'Names of the fields, without their values.', example: ['height_cm'] }) fields!: string[];
}

export const personEventMembers = {
  profileChanged: event(ProfileChanged),
};
