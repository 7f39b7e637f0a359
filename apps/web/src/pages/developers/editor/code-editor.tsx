import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers, WidgetType } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { m } from '../../../messages/index.js';
import type { Fault } from './places.js';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.keyword, tags.definitionKeyword], color: 'var(--color-accent)' },
  { tag: [tags.string, tags.regexp], color: 'var(--color-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--color-danger)' },
  { tag: [tags.comment, tags.punctuation], color: 'var(--color-muted)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--color-ink)', backgroundColor: 'var(--color-surface)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6', minHeight: '26rem', maxHeight: '70vh', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--color-ink)', padding: '0.75rem 0' },
  '.cm-gutters': { color: 'var(--color-muted)', backgroundColor: 'var(--color-surface)', border: 'none' },
  '.cm-fault-line': { backgroundColor: 'var(--color-danger-soft)' },
  '.cm-warning-line': { backgroundColor: 'var(--color-accent-soft)' },
  '.cm-message': { padding: '0.15rem 0.75rem', fontFamily: 'var(--font-sans)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-fault-message': { color: 'var(--color-danger)', backgroundColor: 'var(--color-danger-soft)' },
  '.cm-warning-message': { color: 'var(--color-ink)', backgroundColor: 'var(--color-accent-soft)' },
});

/** What is wrong with a line, below it. */
class Message extends WidgetType {
  constructor(private readonly fault: Fault) {
    super();
  }

  override eq({ fault }: Message) {
    return fault.message === this.fault.message && fault.isWarning === this.fault.isWarning;
  }

  toDOM() {
    const element = document.createElement('div');
    element.className = `cm-message ${this.fault.isWarning ? 'cm-warning-message' : 'cm-fault-message'}`;
    element.textContent = this.fault.message;
    return element;
  }
}

const showFaults = StateEffect.define<readonly Fault[]>();
const faultsField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, { effects, changes, state: { doc } }) => {
    const effect = effects.find((one) => one.is(showFaults));
    if (!effect) return shown.map(changes);
    const marks = (effect.value as readonly Fault[]).flatMap((fault) => {
      const line = doc.line(Math.min(Math.max(fault.line, 1), doc.lines));
      return [
        Decoration.line({ class: fault.isWarning ? 'cm-warning-line' : 'cm-fault-line' }).range(line.from),
        Decoration.widget({ widget: new Message(fault), block: true, side: 1 }).range(line.to),
      ];
    });
    return Decoration.set(marks, true);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** A browser that types over a selection keeps its look by an inline style, which the content security policy forbids. */
const replaceSelections = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== 'insertText' || !event.data || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

interface CodeEditorProps {
  /** Name of the file; it decides the language. */
  file: string;
  text: string;
  faults: readonly Fault[];
  /** Put into view, when it changes. */
  line?: number | undefined;
  onChange: (text: string) => void;
}

/**
 * A text editor with line numbers. It is in a shadow tree: there its styles are adopted sheets, which the content security policy allows. Tab
 * indents; after Escape it goes to the next control.
 */
export default function CodeEditor({ file, text, faults, line, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const initial = useRef(text);
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open', delegatesFocus: true });
    const state = EditorState.create({
      doc: initial.current,
      extensions: [
        [lineNumbers(), history(), indentOnInput(), bracketMatching(), EditorView.lineWrapping, faultsField],
        [file.endsWith('.json') ? json() : javascript(), syntaxHighlighting(colours), look],
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ 'aria-label': file, 'aria-describedby': 'hint', tabindex: '0' }),
        replaceSelections,
        EditorView.updateListener.of(({ docChanged, state: { doc } }) => docChanged && changed.current(doc.toString())),
      ],
    });
    view.current = new EditorView({ state, parent: root, root });
    const hint = Object.assign(document.createElement('p'), { id: 'hint', hidden: true, textContent: m.dev.editor.hint });
    root.append(hint);
    return () => {
      view.current?.destroy();
      hint.remove();
    };
  }, [file]);
  useEffect(() => view.current?.dispatch({ effects: showFaults.of(faults) }), [faults]);
  useEffect(() => {
    const { state } = view.current!;
    if (line === undefined || line > state.doc.lines) return;
    const { from } = state.doc.line(line);
    view.current!.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    view.current!.focus();
  }, [line]);
  return (
    <div
      ref={host}
      data-editor
      className="overflow-hidden rounded-xl border border-line bg-surface shadow-card outline-offset-2 outline-accent focus-within:outline-2"
    />
  );
}
