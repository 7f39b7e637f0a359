import { contract } from '../define.js';
import { releaseMembers } from './release.js';
import { extensionMembers } from './extension.js';
import { installMembers } from './install.js';
import { userExtensionMembers } from './user-extension.js';

export * from './release.js';
export * from './extension.js';
export * from './install.js';
export * from './user-extension.js';

export const registry = contract('registry', {
  ...releaseMembers,
  ...extensionMembers,
  ...installMembers,
  ...userExtensionMembers,
});
