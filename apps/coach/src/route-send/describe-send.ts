import type { CourseSend } from '@skep/contracts/coach';
import { urlOfCourse } from './course.js';
import type { RouteSendEntity } from './route-send.entity.js';

const EXPIRED = { status: 'failed', error_code: 'expired', error: 'The time to agree at Garmin is over. Start again.' } as const;

/** A sending as its browser sees it. */
export function describeSend(send: RouteSendEntity): CourseSend {
  const isExpired = send.status === 'awaiting_auth' && send.expires_at !== null && send.expires_at.getTime() <= Date.now();
  const { send_id, status, course_id, error_code, error, retry_at } = isExpired ? { ...send, ...EXPIRED } : send;
  const hasFailed = status === 'failed' || status === 'permission_missing';
  const retryable = status === 'failed' && retry_at !== null;
  return {
    ...{ send_id, status, course_id, retryable },
    course_url: course_id === null ? null : urlOfCourse(course_id),
    error: hasFailed && error_code !== null ? { code: error_code, detail: error ?? '' } : null,
    retry_at: retryable ? retry_at : null,
  };
}
