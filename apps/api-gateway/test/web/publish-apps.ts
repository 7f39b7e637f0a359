import { type Skep, type TestUser, waitUntil } from '@skep/testkit';
import { EXAMPLES } from '@skep/ui-nodes/examples';
import { clientOf } from '../paid-app.js';

/** A text that runs as a script where it is not shown as a text. */
export const ATTACK = '<img src=x alt="" onerror="window.hacked=1"><script>window.hacked=1</script>';

const node = (type: string, props: object) => ({ type, props });

/** What an app could try in its interface. */
const HOSTILE_TREE = node('Stack', {
  children: [
    node('Text', { content: ATTACK }),
    node('Markdown', { content: `# Title\n\n${ATTACK}\n\n[link](javascript:window.hacked=1)` }),
    node('Html', { content: `<svg onload="window.hacked=1"><script>window.hacked=1</script></svg><p>safe</p>` }),
    node('Link', { label: 'Go', href: 'javascript:window.hacked=1' }),
    node('Image', { src: 'javascript:window.hacked=1', alt: 'An image' }),
    node('Button', { label: 'Save', on_click: { action: 'call', function: 'save_note', params: { text: 'from a panel' } } }),
    node('Unheard', { content: ATTACK }),
  ],
});

/**
 * Publishes an app whose every text is an attack, and one whose panels have every type of node.
 * @returns a user who has installed both
 */
export async function publishWebApps(skep: Skep, hostileId: string, galleryId: string): Promise<TestUser> {
  const [ada, bob, admin] = [await skep.signUpUser(), await skep.signUpUser(), await skep.signInAdmin()];
  const [developer, client, administrator] = [clientOf(skep, ada), clientOf(skep, bob), clientOf(skep, admin)];
  await developer.registerDeveloper({ display_name: `Ada ${ATTACK}`.slice(0, 60) });
  await administrator.grantTier({ user_id: ada.id, tier: 'studio' });
  const publish = async (app_id: string, texts: { name: string; short_description: string; description: string }, app: object) => {
    await developer.createApp({ app_id, ...texts, category: 'notes', icon: 'https://x.invalid/x.svg' });
    const ir_dict = {
      ir_version: '1.0',
      app: { id: app_id, version: '1.0.0', title: texts.name, description: texts.description, capabilities: ['store:write'], ...app },
    };
    await developer.callFunction({ app_id: 'developer', user_id: ada.id, function: 'deploy_ir', params: { app_id, ir_dict } });
    await administrator.approveApp({ app_id });
    await waitUntil('the install', () => client.installApp({ app_id }), 10_000);
  };
  const name = `Hostile notes ${ATTACK}`.slice(0, 100);
  await publish(hostileId, { name, short_description: ATTACK, description: ATTACK }, hostileApp());
  await publish(galleryId, { name: 'Gallery', short_description: 'Every node.', description: 'Every type of node.' }, galleryApp());
  await client.callFunction({ app_id: hostileId, user_id: bob.id, function: 'save_note', params: { text: ATTACK } });
  // That the app was used arrives as an event.
  await waitUntil('the review', () => client.addReview({ app_id: hostileId, rating: 4, title: ATTACK.slice(0, 60), body: ATTACK }), 10_000);
  return bob;
}

const panelOf = (slot: string, tree: object) => ({ panel_id: slot, slot, title: `Panel ${slot}`, render: { kind: 'static', tree } });
const steps = (op: string, args: object) => ({ kind: 'declarative', steps: [{ id: 's1', op, args }] });

function hostileApp(): object {
  const params_schema = {
    type: 'object',
    properties: { text: { type: 'string', title: 'Text', description: ATTACK } },
    required: ['text'],
  };
  return {
    functions: [
      {
        ...{ name: 'save_note', description: ATTACK, action_type: 'write', params_schema },
        impl: steps('store.create', { kind: 'note', data: { text: '{{event.text}}' } }),
      },
      { name: 'list_notes', description: 'Lists notes.', action_type: 'read', impl: steps('store.list', { kind: 'note' }) },
    ],
    ui: { panels: ['left', 'center', 'right'].map((slot) => panelOf(slot, HOSTILE_TREE)) },
  };
}

/** Without what covers the page. */
const galleryApp = (): object => ({
  functions: [{ name: 'list_notes', description: 'Lists notes.', action_type: 'read', impl: steps('store.list', { kind: 'note' }) }],
  ui: { panels: [panelOf('center', node('Stack', { children: EXAMPLES.filter(({ modal }) => !modal) }))] },
});
