import { useId, useRef, useState } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { action, flag, number, oneOf, text, texts } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { fill, type Messages } from '../messages.js';
import { useAction } from '../use-action.js';
import { Problem } from './button.js';

const MEGABYTE = 1024 * 1024;

const fields = {
  accept: text('*'),
  max_size_mb: number(10, { min: 0.001, max: 1_024 }),
  max_total_mb: number(0, { min: 0 }),
  max_files: number(0, { min: 0 }),
  multiple: flag(),
  blocked_extensions: texts,
  param_name: text('files'),
  on_upload: action,
  title: text(),
  hint: text(),
  label: text(),
  disabled: flag(),
  variant: oneOf({ default: 'default', futuristic: 'default', compact: 'compact' } as const, 'default'),
};

interface Limits {
  accept: string;
  max_size_mb: number;
  max_total_mb: number;
  max_files: number;
  blocked_extensions: readonly string[];
}

/** Whether a file is one that `accept` names, by its extension or its type. A drop does not ask the browser. */
function accepts(accept: string, { name, type }: File): boolean {
  const rules = accept
    .toLowerCase()
    .split(',')
    .map((rule) => rule.trim())
    .filter(Boolean);
  return (
    rules.length === 0 ||
    rules.some((rule) => {
      if (rule === '*' || rule === '*/*') return true;
      if (rule.startsWith('.')) return name.toLowerCase().endsWith(rule);
      return rule.endsWith('/*') ? type.startsWith(rule.slice(0, -1)) : type === rule;
    })
  );
}

/** What is wrong with a choice of files, or undefined. */
export function fileProblem(files: readonly File[], limits: Limits, messages: Messages): string | undefined {
  const extension = (name: string): string => name.toLowerCase().split('.').at(-1) ?? '';
  const blocked = limits.blocked_extensions.map((one) => one.toLowerCase().replace(/^\./, ''));
  if (limits.max_files && files.length > limits.max_files) return fill(messages.filesTooMany, { count: limits.max_files });
  const wrong = files.find((file) => blocked.includes(extension(file.name)) || !accepts(limits.accept, file));
  if (wrong) return fill(messages.fileBlocked, { name: wrong.name });
  const large = files.find(({ size }) => size > limits.max_size_mb * MEGABYTE);
  if (large) return fill(messages.fileTooLarge, { name: large.name, size: limits.max_size_mb });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return limits.max_total_mb && total > limits.max_total_mb * MEGABYTE
    ? fill(messages.filesTooLarge, { size: limits.max_total_mb })
    : undefined;
}

const read = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new Error(file.name));
    reader.readAsDataURL(file);
  });

/** A file as functions receive it. */
const toParam = async (file: File, index: number) => ({
  client_id: `file-${index + 1}`,
  name: file.name,
  size: file.size,
  mime_type: file.type,
  data_base64: await read(file),
});

export const FileUpload = defineNode('FileUpload', fields, (props) => {
  const id = useId();
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const [names, setNames] = useState<string[]>([]);
  const [problem, setProblem] = useState<string>();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { on_upload } = props;
  const disabled = props.disabled || pending || !on_upload;

  async function upload(list: FileList | null): Promise<void> {
    const files = [...(list ?? [])].slice(0, props.multiple ? undefined : 1);
    if (!files.length || !on_upload || disabled) return;
    const wrong = fileProblem(files, props, messages);
    setProblem(wrong);
    setNames(wrong ? [] : files.map(({ name }) => name));
    if (input.current) input.current.value = '';
    if (wrong) return;
    try {
      await start(withParams(on_upload, { [props.param_name]: await Promise.all(files.map(toParam)) }));
    } catch {
      setProblem(messages.failed);
    }
  }

  return (
    <div className="ui-field">
      <label
        htmlFor={id}
        className={`ui-drop ui-drop-${props.variant}${over ? ' ui-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void upload(event.dataTransfer.files);
        }}
      >
        <Icon name="Upload" size={20} />
        <strong>{props.title || props.label || messages.chooseFiles}</strong>
        {props.hint && <span className="ui-muted">{props.hint}</span>}
        <input
          id={id}
          ref={input}
          type="file"
          className="ui-hidden"
          accept={props.accept === '*' ? undefined : props.accept}
          multiple={props.multiple}
          disabled={disabled}
          aria-describedby={problem || error ? `${id}-problem` : undefined}
          onChange={(event) => void upload(event.target.files)}
        />
      </label>
      {names.length > 0 && (
        <ul className="ui-files" aria-live="polite">
          {names.map((name, index) => (
            <li key={index}>
              <Icon name={pending ? 'LoaderCircle' : error ? 'CircleX' : 'CircleCheck'} /> {name}
            </li>
          ))}
        </ul>
      )}
      <div id={`${id}-problem`}>
        <Problem text={problem ?? error} />
      </div>
    </div>
  );
});
