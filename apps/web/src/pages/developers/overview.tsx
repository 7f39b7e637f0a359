import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { formatAgo } from '../../ui/format.js';
import { Card, Section } from '../../ui/layout.js';
import { Failure, Notice } from '../../ui/notice.js';
import { Changes } from '../review/changes.js';
import { Analytics } from './analytics.js';
import { EndOfApp } from './end-of-app.js';
import { AppFrame, useApp } from './frame.js';
import { previewQuery } from './queries.js';
import { Checks, SubmissionResult } from './submission-result.js';

export function AppOverview() {
  const { app_id, revision, reject_reason, reject_codes, reject_evidence, suspend_reason } = useApp();
  return (
    <AppFrame>
      {suspend_reason && (
        <Notice kind="danger">
          <p className="font-medium">{m.dev.app.suspendedTitle}</p>
          <p className="whitespace-pre-line">{suspend_reason}</p>
        </Notice>
      )}
      {reject_reason && (
        <Notice kind="danger">
          <p className="font-medium">{m.dev.app.rejectedTitle}</p>
          <p className="whitespace-pre-line">{reject_reason}</p>
          <p className="mt-1">{(reject_codes ?? []).map(m.review.decision.label).join(', ')}</p>
          {reject_evidence && (
            <>
              <p className="mt-2 font-medium">{m.dev.app.evidence}</p>
              <pre className="font-mono text-xs whitespace-pre-wrap">{reject_evidence}</pre>
            </>
          )}
        </Notice>
      )}
      <NextStep />
      {revision > 0 && <ReviewPreview appId={app_id} />}
      {revision > 0 && <Analytics appId={app_id} />}
      <EndOfApp />
    </AppFrame>
  );
}

/** What a developer does next with an app, by its status. */
function NextStep() {
  const { app_id, status, revision, submitted_at } = useApp();
  const params = { appId: app_id };
  const queries = useQueryClient();
  const path = { app_id };
  const refresh = () => queries.invalidateQueries({ queryKey: ['developer'] });
  const submit = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/developer/apps/{app_id}/submit', { params: { path } })),
    onSuccess: refresh,
  });
  const withdraw = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/developer/apps/{app_id}/withdraw', { params: { path } })),
    onSuccess: refresh,
  });
  const isWaiting = status === 'pending_review';
  const lead = isWaiting
    ? m.dev.app.nextWait(submitted_at ? formatAgo(submitted_at) : '')
    : revision === 0
      ? m.dev.app.nextDeploy
      : status === 'active'
        ? m.dev.app.nextChange
        : status === 'suspended'
          ? m.dev.app.nextSuspended
          : m.dev.app.nextSubmit;
  return (
    <Section title={m.dev.app.next} lead={lead}>
      <div className="flex flex-wrap gap-3">
        <Link to="/developers/apps/$appId/code" params={params} className={buttonClass({ look: revision ? 'plain' : 'primary' })}>
          {m.dev.app.edit}
        </Link>
        {revision > 0 && (
          <Link to="/developers/apps/$appId/try" params={params} className={buttonClass()}>
            {m.dev.app.tryIt}
          </Link>
        )}
        {revision > 0 && !isWaiting && (
          <Button look="primary" busy={submit.isPending} onClick={() => submit.mutate()}>
            {m.dev.app.submit}
          </Button>
        )}
        {isWaiting && (
          <Button busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {m.dev.app.withdraw}
          </Button>
        )}
      </div>
      {(submit.error ?? withdraw.error) && <Failure error={submit.error ?? withdraw.error} />}
      {submit.data && !isWaiting && <SubmissionResult receipt={submit.data} />}
    </Section>
  );
}

function ReviewPreview({ appId }: { appId: string }) {
  const { data: review } = useSuspenseQuery(previewQuery(appId));
  return (
    <Section title={m.dev.app.reviewerSees} lead={m.dev.app.reviewerSeesLead}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Changes review={review} />
        <Section title={m.dev.app.checks}>
          <Card>
            <Checks checks={review.checks} />
          </Card>
        </Section>
      </div>
    </Section>
  );
}
