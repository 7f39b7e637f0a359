/** The actions of a workflow that are not named by a commit, whose content cannot change: a line each. */
export const unpinnedActions = ({ name, text }: { name: string; text: string }): string[] =>
  [...text.matchAll(/^\s*-?\s*uses:\s*(\S+)/gm)]
    .map(([, action = '']) => action)
    .filter((action) => !action.startsWith('./') && !/@[0-9a-f]{40}$/.test(action))
    .map((action) => `${name}: ${action} is not named by its commit`);
