import { act, StrictMode, type ElementType } from 'react';
import { createRoot } from 'react-dom/client';
import { UINodeTree, type UIAction, type UINodeTreeProps } from '../src/index.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
// What jsdom lacks of the browser: layout, canvas and modal windows.
Object.defineProperty(Element.prototype, 'clientHeight', { value: 480 });
Object.defineProperty(Element.prototype, 'clientWidth', { value: 800 });
Object.assign(HTMLCanvasElement.prototype, { getContext: () => null });
Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.open = true;
  },
  close(this: HTMLDialogElement) {
    this.open = false;
  },
});

export interface Page {
  element: HTMLElement;
  /** The actions that were run, in their order. */
  actions: UIAction[];
  errors: unknown[];
  refresh(tree: unknown): Promise<void>;
  find<T extends Element = HTMLElement>(selector: string): T;
  /** The button, tab, item or link with a text or label. */
  control(name: string): HTMLElement;
  click(name: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  press(selector: string, key: string, more?: KeyboardEventInit): Promise<void>;
  close(): Promise<void>;
}

const setValue = (element: HTMLInputElement | HTMLTextAreaElement, value: string): void => {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element) as object, 'value')?.set?.call(element, value);
};

/** Shows a tree as a host does. `answer` is what running an action does. */
export async function show(
  tree: unknown,
  answer: (action: UIAction) => unknown = () => undefined,
  Mode: ElementType = StrictMode,
): Promise<Page> {
  const element = document.body.appendChild(document.createElement('main'));
  const actions: UIAction[] = [];
  const errors: unknown[] = [];
  const root = createRoot(element);
  const runner: UINodeTreeProps['actions'] = async (action) => {
    actions.push(action);
    await answer(action);
  };
  const refresh = (next: unknown): Promise<void> =>
    act(async () => {
      root.render(
        <Mode>
          <UINodeTree tree={next} actions={runner} onError={(error) => errors.push(error)} />
        </Mode>,
      );
      await Promise.resolve();
    });
  await refresh(tree);

  function find<T extends Element = HTMLElement>(selector: string): T {
    const found = element.querySelector<T>(selector);
    if (!found) throw new Error(`no ${selector} in ${element.innerHTML}`);
    return found;
  }
  function control(name: string): HTMLElement {
    const controls = [...element.querySelectorAll<HTMLElement>('button,a,summary,label,input[aria-label],[role=treeitem]')];
    const found = controls.filter((one) => one.getAttribute('aria-label') === name || one.textContent?.trim() === name).at(-1);
    if (!found) throw new Error(`no control '${name}' in ${element.innerHTML}`);
    return found;
  }
  const later = (work: () => void): Promise<void> =>
    act(async () => {
      work();
      await new Promise((resolve) => setTimeout(resolve));
    });
  return {
    element,
    actions,
    errors,
    refresh,
    find,
    control,
    click: (name) => later(() => control(name).click()),
    type: (selector, text) =>
      later(() => {
        const input = find<HTMLInputElement>(selector);
        input.focus();
        setValue(input, text);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    press: (selector, key, more) =>
      later(() => {
        find(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
      }),
    close: async () => {
      await act(async () => {
        root.unmount();
        await Promise.resolve();
      });
      element.remove();
    },
  };
}
