import {
  coach,
  type CourseSendRef,
  type FinishCourseSend,
  type SendCourse as SendCourseInput,
  type StartCourseSend,
} from '@skep/contracts/coach';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { describeSend } from './describe-send.js';
import { FinishSend } from './finish-send.js';
import { GarminTokens } from './garmin-tokens.js';
import { retryAnswer } from './retry-answer.js';
import { RouteSendRepository, SEND } from './route-send.repository.js';
import { SendCourse } from './send-course.js';
import { SendOfPerson } from './send-of-person.js';
import { StartSend } from './start-send.js';

/** How long a visitor may ask for another attempt. Their token is kept as long. */
const RETRY_MS = 3_600_000;

@Handlers()
export class RouteSendHandlers {
  constructor(
    private readonly starter: StartSend,
    private readonly finisher: FinishSend,
    private readonly ofPerson: SendOfPerson,
    private readonly sends: RouteSendRepository,
    private readonly sender: SendCourse,
    private readonly tokens: GarminTokens,
  ) {}

  @Handle(coach.startCourseSend)
  startCourseSend(ctx: Ctx, input: StartCourseSend) {
    return this.starter.run(ctx, input);
  }

  @Handle(coach.finishCourseSend)
  finishCourseSend(ctx: Ctx, input: FinishCourseSend) {
    return this.finisher.run(ctx, input);
  }

  @Handle(coach.getCourseSend)
  async getCourseSend(_: Ctx, { browser, send_id }: CourseSendRef) {
    return describeSend(await this.sends.findOf(browser, send_id));
  }

  @Handle(coach.retryCourseSend)
  async retryCourseSend(_: Ctx, { browser, send_id }: CourseSendRef) {
    await this.sends.retry(browser, send_id);
    return describeSend(await this.sends.findOf(browser, send_id));
  }

  @Handle(coach.sendCourse)
  sendCourse(ctx: Ctx, input: SendCourseInput) {
    return this.ofPerson.run(ctx, input);
  }

  /** A visitor may ask for further attempts, for an hour; then their token is forgotten. */
  @OnRun(SEND)
  async send(run: Run, { send_id }: { send_id: string }): Promise<void> {
    for (let n = 1; ; n++) {
      const after = await run.step(`send ${n}`, ({ ctx }) => this.sender.attempt(ctx, send_id));
      if (run.ctx.user || !after?.retry_at) break;
      if (!(await run.answer(retryAnswer(n), { withinMs: RETRY_MS }))) break;
      await run.sleep(`pause ${n}`, new Date(after.retry_at));
    }
    if (!run.ctx.user) await run.step('forget', ({ ctx }) => this.forget(ctx, send_id));
  }

  private async forget(ctx: Ctx, send_id: string): Promise<void> {
    await this.sends.update(send_id, { course: null, retry_at: null });
    await this.tokens.forget(ctx, send_id);
  }
}
