export { readAction, type ActionRunner, type UIAction } from './action.js';
export { Icon } from './icon.js';
export { MESSAGES, type Messages } from './messages.js';
export { readNode, type UINode } from './node.js';
export { readRefresh, refreshesOn, type RefreshEvent, type RefreshRule } from './refresh.js';
export { NODE_TYPES, type PropsByType } from './registry.js';
export { UINodeTree, type UINodeTreeProps } from './tree.js';
export { imageUrl, isHostPath, linkUrl, mediaUrl } from './url.js';
export { useRefresh, type Subscribe } from './use-refresh.js';
