import { contract } from '../define.js';
import { releaseMembers } from './release.js';
import { extensionMembers } from './extension.js';
import { installMembers } from './install.js';

export * from './release.js';
export * from './extension.js';
export * from './install.js';

export const registry = contract('registry', {
  ...releaseMembers,
  ...extensionMembers,
  ...installMembers,
});
