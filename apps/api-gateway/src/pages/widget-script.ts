/**
 * The script with which a page embeds a chat with an agent. It works under a strict content security policy that allows
 * this origin for scripts and connections, and writes texts only as text.
 */
export const WIDGET_SCRIPT = `(() => {
  const script = document.currentScript;
  const channel = script.dataset.channel || '';
  const title = script.dataset.title || 'Chat';
  const base = new URL('/api/channels/web/' + encodeURIComponent(channel), script.src).href;
  const KEY = 'skep-visitor-' + channel;
  const shown = new Set();
  let visitor, following, unsent;
  // A browser may forbid storage: then the visitor is another one on the next page.
  try { visitor = localStorage.getItem(KEY) || undefined; } catch {}
  const remember = (token) => {
    visitor = token;
    try { token ? localStorage.setItem(KEY, token) : localStorage.removeItem(KEY); } catch {}
  };
  // Plain text: browsers send it without a preflight.
  const post = (path, body) => fetch(base + path, { method: 'POST', body: JSON.stringify(body), credentials: 'omit' });
  const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'closed' });
  const add = (parent, tag, properties = {}, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return parent.appendChild(element);
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(\`
    :host { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; font: 16px/1.4 system-ui, sans-serif; color: #1a1a1a }
    button { font: inherit; border: 0; border-radius: 8px; padding: 10px 16px; background: #1f4fbf; color: #fff; cursor: pointer }
    button:focus-visible, textarea:focus-visible { outline: 3px solid #f2a100; outline-offset: 2px }
    section { display: flex; flex-direction: column; width: min(360px, calc(100vw - 32px)); height: min(480px, calc(100vh - 96px));
      margin-bottom: 8px; background: #fff; border: 1px solid #767676; border-radius: 12px; overflow: hidden }
    section[hidden] { display: none }
    h2 { font-size: 1rem; margin: 0; padding: 10px 14px; border-bottom: 1px solid #d0d0d0 }
    [role=log] { flex: 1; overflow-y: auto; padding: 10px }
    p { margin: 0 0 8px; padding: 8px 10px; border-radius: 8px; background: #eef1f6; white-space: pre-wrap; overflow-wrap: anywhere; width: fit-content; max-width: 85% }
    p.own { margin-left: auto; background: #1f4fbf; color: #fff }
    form { display: flex; gap: 8px; padding: 10px; border-top: 1px solid #d0d0d0 }
    textarea { flex: 1; font: inherit; resize: none; border: 1px solid #767676; border-radius: 8px; padding: 8px }
    [role=status] { padding: 0 10px; min-height: 1.4em; color: #a11212 }\`);
  root.adoptedStyleSheets = [sheet];
  const box = add(root, 'section', { hidden: true }, { 'aria-label': title });
  add(box, 'h2', { textContent: title });
  const log = add(box, 'div', {}, { role: 'log', tabindex: '0', 'aria-label': 'Messages' });
  const status = add(box, 'div', {}, { role: 'status' });
  const form = add(box, 'form');
  const field = add(form, 'textarea', { rows: 2, maxLength: 4000, required: true }, { 'aria-label': 'Your message' });
  add(form, 'button', { textContent: 'Send' });
  const toggle = add(root, 'button', { type: 'button', textContent: title }, { 'aria-expanded': 'false' });

  const show = ({ id, direction, content }) => {
    if (shown.has(id)) return;
    shown.add(id);
    add(log, 'p', { textContent: content, className: direction === 'inbound' ? 'own' : '' });
    log.scrollTop = log.scrollHeight;
  };

  /** Shows what comes on one connection. Returns whether there may be more on another one. */
  const read = async () => {
    const answer = await post('/events', { visitor });
    if (answer.status === 404) remember(undefined);
    if (!answer.ok) return answer.status >= 500 || answer.status === 429;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ; ) {
      const { value, done } = await reader.read();
      if (done) return true;
      const events = (rest + value).split('\\n\\n');
      rest = events.pop();
      for (const event of events) {
        const data = event.split('\\n').find((line) => line.startsWith('data: '));
        if (data) show(JSON.parse(data.slice(6)));
      }
    }
  };
  const follow = async () => {
    if (following) return;
    following = true;
    for (let pause = 1000; visitor; pause = Math.min(pause * 2, 60000)) {
      const since = Date.now();
      if (!(await read().catch(() => true))) break;
      if (Date.now() - since > 30000) pause = 1000;
      await new Promise((resume) => setTimeout(resume, pause * (0.5 + Math.random())));
    }
    following = false;
  };

  const send = async (text) => {
    // The same message keeps its id, so that it is not taken twice.
    if (unsent?.text !== text) unsent = { text, message_id: newId() };
    let answer = await post('/messages', { visitor, ...unsent });
    if (answer.status === 404 && visitor) {
      remember(undefined);
      answer = await post('/messages', unsent);
    }
    if (!answer.ok) throw new Error('status ' + answer.status);
    remember((await answer.json()).visitor);
    unsent = undefined;
    void follow();
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    status.textContent = '';
    try {
      await send(text);
      field.value = '';
    } catch {
      status.textContent = 'The message was not sent. Please try again.';
    }
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  toggle.addEventListener('click', () => {
    box.hidden = !box.hidden;
    toggle.setAttribute('aria-expanded', String(!box.hidden));
    if (box.hidden) return;
    field.focus();
    if (visitor) void follow();
  });
  const start = () => document.body.append(host);
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
`;
