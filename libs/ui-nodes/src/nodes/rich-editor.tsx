import { useEffect, useRef, useState } from 'react';
import { withParams } from '../action.js';
import { defineNode } from '../define.js';
import { Labeled, LABELED, useField } from '../field.js';
import { action, flag, json, text } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { sanitizeHtml } from '../sanitize.js';
import { linkUrl } from '../url.js';
import { useAction } from '../use-action.js';
import { Problem } from './button.js';

/** `document.execCommand` is deprecated without a successor; every browser has it, and an editor of its own costs 100 KB. */
const TOOLS = [
  { command: 'bold', icon: 'Bold', label: 'Bold' },
  { command: 'italic', icon: 'Italic', label: 'Italic' },
  { command: 'formatBlock', value: 'h3', icon: 'Heading', label: 'Heading' },
  { command: 'formatBlock', value: 'p', icon: 'Pilcrow', label: 'Paragraph' },
  { command: 'insertUnorderedList', icon: 'List', label: 'Bulleted list' },
  { command: 'insertOrderedList', icon: 'ListOrdered', label: 'Numbered list' },
  { command: 'createLink', icon: 'Link', label: 'Link' },
  { command: 'undo', icon: 'Undo2', label: 'Undo' },
] as const;

const fields = {
  ...LABELED,
  content: json,
  value: json,
  toolbar: flag(true),
  param_name: text('content'),
  on_save: action,
  on_change: action,
};

export const RichEditor = defineNode('RichEditor', fields, (props) => {
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const editor = useRef<HTMLDivElement>(null);
  const [link, setLink] = useState<{ range: Range | undefined; url: string }>();
  const field = useField({
    name: props.param_name,
    initial: props.content ?? props.value,
    read: (value) => sanitizeHtml(text()(value)),
    check: (value) => (props.required && !value.replace(/<[^>]*>/g, '').trim() ? messages.required : undefined),
  });
  const { on_save, on_change } = props;
  useEffect(() => {
    // Only what comes from elsewhere is written: writing back what was typed would move the caret.
    const element = editor.current;
    if (element && sanitizeHtml(element.innerHTML) !== field.value) element.innerHTML = field.value;
  }, [field.value]);

  const disabled = props.disabled || props.readonly || field.disabled;
  const changed = (): void => field.change(sanitizeHtml(editor.current?.innerHTML ?? ''));
  function apply(command: string, value?: string): void {
    editor.current?.focus();
    document.execCommand(command, false, value);
    changed();
  }
  function insertLink(): void {
    const url = linkUrl(link?.url);
    const selection = window.getSelection();
    if (link?.range && selection) {
      selection.removeAllRanges();
      selection.addRange(link.range);
    }
    if (url) apply('createLink', url);
    setLink(undefined);
  }
  function askForLink(): void {
    const selection = window.getSelection();
    setLink({ range: selection?.rangeCount ? selection.getRangeAt(0) : undefined, url: '' });
  }
  const save = (): void => void (on_save && start(withParams(on_save, { [props.param_name]: field.value })));

  return (
    <Labeled {...props} group="group" problem={props.error || field.problem} name={props.param_name}>
      {({ id, ...control }) => (
        <div className="ui-editor">
          {props.toolbar && (
            <div role="toolbar" aria-label={messages.edit} className="ui-editor-tools">
              {TOOLS.map((tool) => (
                <button
                  key={tool.label}
                  type="button"
                  className="ui-bare"
                  aria-label={tool.label}
                  title={tool.label}
                  disabled={disabled}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() =>
                    tool.command === 'createLink' ? askForLink() : apply(tool.command, 'value' in tool ? tool.value : undefined)
                  }
                >
                  <Icon name={tool.icon} />
                </button>
              ))}
              {on_save && (
                <button
                  type="button"
                  className="ui-button ui-button-secondary ui-size-sm"
                  disabled={disabled}
                  aria-busy={pending || undefined}
                  onClick={save}
                >
                  {messages.save}
                </button>
              )}
            </div>
          )}
          {link && (
            <div className="ui-editor-link">
              <input
                className="ui-input"
                aria-label={messages.linkAddress}
                placeholder="https://"
                autoFocus
                value={link.url}
                onChange={(event) => setLink({ ...link, url: event.target.value })}
                onKeyDown={(event) => {
                  if (event.key === 'Escape') setLink(undefined);
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  insertLink();
                }}
              />
            </div>
          )}
          <div
            {...control}
            id={id}
            ref={editor}
            role="textbox"
            aria-multiline="true"
            aria-label={props.label || props.placeholder || props.param_name}
            data-placeholder={props.placeholder}
            className="ui-prose ui-editor-text"
            contentEditable={!disabled}
            suppressContentEditableWarning
            tabIndex={0}
            onInput={changed}
            onBlur={() => on_change && field.submit(on_change)}
            onPaste={(event) => {
              event.preventDefault();
              const html = event.clipboardData.getData('text/html');
              if (html) document.execCommand('insertHTML', false, sanitizeHtml(html));
              else document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
            }}
            onKeyDown={(event) => {
              if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              save();
            }}
          />
          <Problem text={error} />
        </div>
      )}
    </Labeled>
  );
});
