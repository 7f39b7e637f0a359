/** Texts of panels inside MCP clients: a page of its own, which has no other texts. */
export const panel = {
  back: 'Back',
  cancelled: 'The call was cancelled, so there is nothing to show.',
  confirm: 'Confirm in Skep',
  empty: 'This panel is empty.',
  loading: 'Loading…',
  noCalls: 'This client does not let panels call functions. Open the app in Skep.',
  noClient:
    'Here would be a panel of an app. It is shown by MCP clients that know MCP Apps, such as Claude and VS Code: add the address of your Skep there, and ask for the panel.',
  noFunction: (name: string) => `This app has no function “${name}”.`,
  noLink: 'This client did not open the page.',
  noMessage: 'This client did not take the message.',
  noPanel: 'This call returned no panel.',
  open: 'Open in Skep',
  refresh: 'Refresh',
  result: 'Result',
};
