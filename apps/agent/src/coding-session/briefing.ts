import { outside } from '../turn/outside.js';
import type { CodingTask } from '../turn/turn-kind.js';
import { COMPLETE } from './progress-tools.js';

const WORK = `You work as a coding agent at the terminal of a person, in the repository that is described below. Look before you change: the tools
read_file, grep and list_dir show you the files as they are. Change as little as the task needs, and check your work. Paths are relative to the working directory.`;
const MARATHON = `This is a marathon: work on by yourself until the goal is reached. Begin with marathon_plan, tell each milestone with milestone, and use
${COMPLETE} once the goal is reached.`;

/** What an agent has to know of a terminal. Names of files and branches may have been chosen by others. */
export function briefingOf({ context, goal }: CodingTask): string {
  const marathon = goal === undefined ? [] : [MARATHON, `The goal: ${goal}`];
  return [WORK, ...marathon, outside(context)].join('\n\n');
}
