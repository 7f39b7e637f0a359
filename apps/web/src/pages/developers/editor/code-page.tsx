import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../../data/api.js';
import { APP_FILE, type Files, toDeploy } from '../../../data/release-files.js';
import { m } from '../../../messages/index.js';
import { Button, buttonClass } from '../../../ui/button.js';
import { Empty, Failure, Notice } from '../../../ui/notice.js';
import { AppFrame, useApp } from '../frame.js';
import { filesQuery } from '../queries.js';
import { SubmissionResult } from '../submission-result.js';
import CodeEditor from './code-editor.js';
import { Faults } from './faults.js';
import { FileList } from './file-list.js';
import { Discard } from './discard.js';
import type { Fault } from './places.js';
import { useCheck } from './use-check.js';
import { type EditedFiles, useFiles } from './use-files.js';

export function CodePage() {
  const edited = useFiles();
  return <AppFrame>{edited ? <Editor edited={edited} /> : <Empty icon="code" title={m.dev.editor.noIr} />}</AppFrame>;
}

const NONE: readonly Fault[] = [];

function Editor({ edited: { files, isChanged, generation, change, settle, discard } }: { edited: EditedFiles }) {
  const { app_id } = useApp();
  const [open, setOpen] = useState<{ file: string; line?: number }>({ file: APP_FILE });
  const check = useCheck(app_id, files);
  const deploy = useDeploy(app_id, settle);
  const file = open.file in files ? open.file : (Object.keys(files)[0] ?? APP_FILE);
  const hasFaults = check.faults.some(({ isWarning }) => !isWarning);
  const start = (dev_mode: boolean) => deploy.mutate({ files, dev_mode });
  const buttons = (
    <div className="flex flex-wrap items-center gap-3">
      <Button look="primary" busy={deploy.isPending} disabled={hasFaults || check.isChecking} onClick={() => start(true)}>
        {m.dev.editor.deploy}
      </Button>
      <Button disabled={hasFaults || check.isChecking || deploy.isPending} onClick={() => start(false)}>
        {m.dev.editor.deploySubmit}
      </Button>
      {isChanged && <Discard onDiscard={discard} />}
      {isChanged && <span className="text-sm text-muted">{m.dev.editor.unsaved}</span>}
    </div>
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {buttons}
      {deploy.error && <Failure error={deploy.error} />}
      {deploy.data && !deploy.isPending && <Deployed receipt={deploy.data} />}
      <Faults check={check} onOpen={({ file, line }) => setOpen({ file, line })} />
      <FileList files={files} open={file} faults={check.faults} onOpen={(file) => setOpen({ file })} onChange={change} />
      <CodeEditor
        key={`${generation} ${file}`}
        file={file}
        text={files[file] ?? ''}
        faults={check.faults.length ? check.faults.filter((fault) => fault.file === file) : NONE}
        line={open.line}
        onChange={(text) => change(file, text)}
      />
      <p className="text-sm text-muted">{m.dev.editor.hint}</p>
    </div>
  );
}

function useDeploy(app_id: string, settle: (files: Files) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ files, dev_mode }: { files: Files; dev_mode: boolean }) =>
      dataOf(api.POST('/v1/developer/apps/{app_id}/ir', { params: { path: { app_id } }, body: { ...toDeploy(app_id, files), dev_mode } })),
    onSuccess: async ({ revision }, { files }) => {
      // As they were written: the release has them without their formatting.
      queries.setQueryData(filesQuery(app_id, revision).queryKey, files);
      await queries.invalidateQueries({ queryKey: ['developer', 'app', app_id] });
      settle(files);
      await Promise.all(['developer', 'extensions'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
}

const Deployed = ({ receipt: { app_id, ir_version, revision, submission } }: { receipt: Shapes['DeployReceipt'] }) => (
  <div className="grid gap-3">
    <Notice kind="good">
      <span className="flex flex-wrap items-center justify-between gap-3">
        {m.dev.editor.deployed(ir_version, revision)}
        <Link to="/developers/apps/$appId/try" params={{ appId: app_id }} className={buttonClass({ size: 'small' })}>
          {m.dev.app.tryIt}
        </Link>
      </span>
    </Notice>
    {submission?.status === 'pending_review' && submission.revision !== revision ? (
      <Notice>{m.dev.editor.otherWaits(submission.revision ?? 0)}</Notice>
    ) : (
      submission && <SubmissionResult receipt={submission} />
    )}
  </div>
);
