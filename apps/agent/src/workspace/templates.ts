import type { WorkspaceFileName } from '@skep/contracts/agent';

/** What the files of a new workspace say. */
export const TEMPLATES: Readonly<Record<WorkspaceFileName, string>> = {
  'SOUL.md': '# SOUL\n\nWho the agent is: its character and its values.\n',
  'USER.md': '# USER\n\nWho you are, and how you like to work.\n',
  'IDENTITY.md': '# IDENTITY\n\nThe name of the agent, and how it presents itself.\n',
  'AGENTS.md': '# AGENTS\n\nHow agents do their work here.\n',
  'TOOLS.md': '# TOOLS\n\nHow tools are to be used.\n',
  'MEMORY.md': '# MEMORY\n\nWhat the agent should always know.\n',
  'HEARTBEAT.md': '# HEARTBEAT\n\nWhat to look after from time to time.\n',
};
