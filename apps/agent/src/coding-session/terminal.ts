import type { Run } from '@skep/platform';
import type { Shown } from '../socket/show.js';
import { failed, type Tool, type ToolOutput } from '../tool/tool.js';
import { briefArguments, parseArguments } from '../tool/toolbox.js';
import type { Decision, PlacedCall, TurnClient, UsedTool } from '../turn/turn-client.js';
import type { CodingTask } from '../turn/turn-kind.js';
import { toDecision, toOutput } from './answers.js';
import { briefingOf } from './briefing.js';
import { confirmFrame, FRAME, type Frame, framesOf, requestFrame } from './frames.js';
import { COMPLETE, progressTools } from './progress-tools.js';
import { type News, wakeName } from './requests.js';
import type { TaskLog } from './task-log.js';
import { TERMINAL_TOOLS } from './terminal-tools.js';

const ROUNDS = 50;
const MARATHON_ROUNDS = 200;
const ANSWER_MS = 3_600_000;
/** An event must not be larger. */
const ARGUMENTS_MAX = 200_000;
const SUMMARY_MAX = 300;
/** How often a marathon that stops before its goal is reminded to continue. */
const REMINDERS = 10;
const GO_ON = `The goal is not reached yet: go on. If it is reached, use ${COMPLETE}. If you cannot go on, say what you need.`;

/** The terminal of a coding session, for one task: it runs tools of its own, and its person decides and says more meanwhile. */
export class Terminal implements TurnClient {
  readonly shown: Shown;
  readonly tools: readonly Tool[];
  readonly briefing: string;
  readonly rounds: number;
  private reminders = 0;

  constructor(
    private readonly turn: Run,
    private readonly task: CodingTask,
    private readonly log: TaskLog,
  ) {
    const isMarathon = task.goal !== undefined;
    this.shown = framesOf(turn.id);
    this.tools = [...TERMINAL_TOOLS, ...progressTools(this.shown, isMarathon)];
    this.briefing = briefingOf(task);
    this.rounds = isMarathon ? MARATHON_ROUNDS : ROUNDS;
  }

  async run({ at, call: { name, arguments: json } }: PlacedCall): Promise<ToolOutput> {
    const args = parseArguments(json);
    if (!args) return failed('The arguments are no JSON object.');
    if (json.length > ARGUMENTS_MAX) return failed('The arguments are too large. Use several calls.');
    const req_id = this.requestId(at);
    const result = await this.ask(at, 'tool', name, json, requestFrame(this.turn.id, req_id, name, args));
    return result ? toOutput(result) : failed('The terminal did not answer within an hour.');
  }

  async decide({ at, call: { name, arguments: json } }: PlacedCall): Promise<Decision | undefined> {
    const place = `${at}.c`;
    const frame = confirmFrame(this.turn.id, this.requestId(place), { name, args: briefArguments(json) });
    const result = await this.ask(place, 'consent', name, json, frame);
    return result && toDecision(result);
  }

  hear(round: number): Promise<string[]> {
    return this.log.hear(this.turn, this.task.session_id, `hear ${round}`, false);
  }

  async hearLast(round: number, used: readonly UsedTool[]): Promise<string[]> {
    const goesOn = this.task.goal !== undefined && !used.some(({ name, success }) => name === COMPLETE && success);
    const mayRemind = goesOn && this.reminders < REMINDERS;
    const said = await this.log.hear(this.turn, this.task.session_id, `hear last ${round}`, !mayRemind);
    if (said.length || !goesOn) return said;
    if (mayRemind) {
      this.reminders++;
      return [GO_ON];
    }
    const reason = 'The agent stopped before the goal was reached.';
    await this.turn.step(`pause ${round}`, (step) => this.shown.emit(step, FRAME, { type: 'marathon_paused', reason }));
    return [];
  }

  private requestId(at: string): string {
    return `${this.turn.id.slice('run_'.length)}_${at.replaceAll('.', '_')}`;
  }

  /** Asks once, also if processes die meanwhile, and waits for the first answer. Undefined if there is none within an hour. */
  private async ask(
    at: string,
    kind: 'tool' | 'consent',
    tool: string,
    json: string,
    frame: Frame,
  ): Promise<Record<string, unknown> | undefined> {
    const run = this.turn;
    const { session_id } = this.task;
    const after = await run.step(`place ${at}`, () => this.log.last());
    const req_id = this.requestId(at);
    const request = { req_id, kind, tool, summary: `${tool} ${json}`.slice(0, SUMMARY_MAX), after };
    const first = await run.commit(`request ${at}`, () => this.log.open(run, session_id, request));
    await run.step(`show ${at}`, async (step) => {
      const isShown = run.attempt > 1 && (await this.log.hasShown(run.id, after, frame.type, req_id));
      if (!isShown) this.shown.emit(step, FRAME, frame);
      await step.shown();
    });
    for (let wake = first; ; wake++) {
      const news = await run.answer<News>(wakeName(wake), { withinMs: ANSWER_MS });
      if (news && 'result' in news) return news.result;
      if (!news) {
        await run.commit(`give up ${at}`, () => this.log.giveUp(run, session_id));
        return undefined;
      }
      await run.step(`news ${wake}`, (step) => this.shown.emit(step, FRAME, news.frame));
    }
  }
}
