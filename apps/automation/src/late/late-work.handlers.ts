import { automation } from '@skep/contracts/automation';
import { Handle, Handlers } from '@skep/platform';
import { LateWorkJob } from './late-work.job.js';

@Handlers()
export class LateWorkHandlers {
  constructor(private readonly late: LateWorkJob) {}

  @Handle(automation.failLateExecutions)
  async failLateExecutions() {
    return { failed: await this.late.failLate() };
  }
}
