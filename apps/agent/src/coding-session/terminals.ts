import type { Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { TurnClient } from '../turn/turn-client.js';
import type { CodingTask } from '../turn/turn-kind.js';
import { TaskLog } from './task-log.js';
import { Terminal } from './terminal.js';

/** The terminals of tasks. */
@Injectable()
export class Terminals {
  constructor(private readonly log: TaskLog) {}

  open(run: Run, task: CodingTask): TurnClient {
    return new Terminal(run, task, this.log);
  }
}
