import { isObject } from '@skep/contracts';
import { type OutboundAnswer, OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { VendorClient } from '../outbound/vendor-client.js';
import type { Course } from './course.js';

const COURSES = '/training-api/courses/v1/course';
const PERMISSIONS = '/wellness-api/rest/user/permissions';
const COURSE_IMPORT = 'COURSE_IMPORT';
/** Less than a process has when it stops: a request in progress then still ends. */
const SEND_MS = 9_000;
const ASK_MS = 3_000;

/** How Garmin took a request. `unknown`: it did not answer, and may have taken the course. */
export type Outcome =
  | { kind: 'sent'; course_id: string }
  | { kind: 'unauthorized' | 'forbidden' | 'gone' | 'unknown' }
  | { kind: 'refused'; reason: string }
  | { kind: 'busy' | 'unavailable'; retryAfterMs: number };

/** The Courses API of Garmin Connect. */
@Injectable()
export class GarminCourses {
  private readonly base: string;

  constructor(
    private readonly outbound: VendorClient,
    config: CoachConfig,
  ) {
    this.base = config.GARMIN_API_BASE.replace(/\/+$/, '');
  }

  /** Whether the person has allowed courses, or the token is no longer valid. Undefined if Garmin does not say. */
  async mayImport(token: string): Promise<boolean | 'unauthorized' | undefined> {
    const answer = await this.ask('GET', PERMISSIONS, token, ASK_MS).catch(() => undefined);
    if (answer?.status === 401) return 'unauthorized';
    const json = answer?.status === 200 ? parse(answer.bytes) : undefined;
    const list = isObject(json) ? json['permissions'] : json;
    return Array.isArray(list) ? list.includes(COURSE_IMPORT) : undefined;
  }

  /** Creates a course, or replaces the one with this id. */
  async send(course: Course, token: string, course_id?: string): Promise<Outcome> {
    const path = course_id === undefined ? COURSES : `${COURSES}/${encodeURIComponent(course_id)}`;
    try {
      const { status, headers, bytes } = await this.ask(course_id === undefined ? 'POST' : 'PUT', path, token, SEND_MS, course);
      return toOutcome(status, headers, parse(bytes), course_id);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return isUnsent(error) ? { kind: 'unavailable', retryAfterMs: 0 } : { kind: 'unknown' };
    }
  }

  private ask(method: string, path: string, token: string, timeoutMs: number, body?: object): Promise<OutboundAnswer & { bytes: Buffer }> {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
    return this.outbound.fetch(`${this.base}${path}`, {
      timeoutMs,
      redirects: 0,
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      ofOperator: true,
    });
  }
}

function toOutcome(status: number, headers: Headers, json: unknown, before: string | undefined): Outcome {
  if (status >= 200 && status < 300) {
    const id = isObject(json) ? json['courseId'] : undefined;
    const course_id = typeof id === 'number' || (typeof id === 'string' && id) ? String(id) : before;
    return course_id === undefined ? { kind: 'unknown' } : { kind: 'sent', course_id };
  }
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 412) return { kind: 'forbidden' };
  if (status === 404 && before !== undefined) return { kind: 'gone' };
  if (status === 429) return { kind: 'busy', retryAfterMs: retryAfterOf(headers) };
  if (status >= 500) return { kind: 'unavailable', retryAfterMs: retryAfterOf(headers) };
  const reason = isObject(json) && typeof json['message'] === 'string' ? json['message'].slice(0, 200) : `status ${status}`;
  return { kind: 'refused', reason };
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), in milliseconds; 0 without it. */
function retryAfterOf(headers: Headers): number {
  const value = headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return ms > 0 ? ms : 0;
}

/** No connection was made, so nothing was sent. */
const isUnsent = ({ cause }: OutboundError): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    String((cause as { code?: unknown })?.code),
  );

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
