import { IDS } from '../common.js';
import { broadcast, contract } from '../define.js';
import { Shape, Text } from '../fields.js';
import { completionMembers } from './completion.js';
import { embeddingMembers } from './embedding.js';
import { providerMembers } from './provider.js';
import { settingsMembers } from './settings.js';
import { transcriptionMembers } from './transcription.js';
import { usageMembers } from './usage.js';

export * from './completion.js';
export * from './embedding.js';
export * from './provider.js';
export * from './settings.js';
export * from './transcription.js';
export * from './usage.js';

@Shape('The settings of the language models of a tenant have changed.')
export class ModelSettingsChanged {
  @Text(IDS.tenant) tenant_id!: string;
}

export const models = contract('models', {
  ...completionMembers,
  ...embeddingMembers,
  ...providerMembers,
  ...settingsMembers,
  ...transcriptionMembers,
  ...usageMembers,
  modelSettingsChanged: broadcast(ModelSettingsChanged),
});
