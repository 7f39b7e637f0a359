import { contract } from '../define.js';
import { catalogMembers } from './catalog.js';
import { configMembers } from './config.js';
import { releaseMembers } from './release.js';
import { extensionMembers } from './extension.js';
import { installMembers } from './install.js';
import { userAutomationMembers } from './user-automation.js';
import { userExtensionMembers } from './user-extension.js';

export * from './access-policy.js';
export * from './catalog.js';
export * from './config.js';
export * from './release.js';
export * from './extension.js';
export * from './install.js';
export * from './user-automation.js';
export * from './user-extension.js';

export const registry = contract('registry', {
  ...releaseMembers,
  ...extensionMembers,
  ...installMembers,
  ...userExtensionMembers,
  ...configMembers,
  ...catalogMembers,
  ...userAutomationMembers,
});
