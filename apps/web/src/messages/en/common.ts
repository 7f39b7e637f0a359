export const app = {
  name: 'Skep',
  claim: 'Apps and tools for you and your agents, on your own servers.',
  skip: 'Skip to the content',
  menu: 'Menu',
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading…',
  copy: 'Copy',
  copied: 'Copied',
  copyLabel: (what: string) => `Copy: ${what}`,
  justNow: 'just now',
  offline: 'You are offline. What you see may be out of date.',
  light: 'Use light colours',
  dark: 'Use dark colours',
  more: 'Show more',
  nothing: 'Nothing here yet',
};

export const nav = {
  label: 'Main',
  home: 'Home',
  marketplace: 'Marketplace',
  confirmations: 'Confirmations',
  activity: 'Activity',
  wallet: 'Wallet',
  automations: 'Automations',
  notifications: 'Notifications',
  unread: (count: number) => `Notifications, ${count} unread`,
  waiting: (count: number) => `${count} waiting`,
  account: 'Account',
  security: 'Security',
  keys: 'API keys',
  connections: 'Connections',
  mcp: 'AI clients',
  coach: 'Coach',
  signOut: 'Sign out',
};

export const forms = { optional: '(optional)', yes: 'Yes', choose: 'Choose…', json: 'JSON', lines: 'One per line.' };

export const errors = {
  title: 'This did not work',
  unexpected: 'Something went wrong. Try again.',
  offline: 'Skep cannot be reached. Check your network, and try again.',
  retry: 'Try again',
  notFound: 'This page does not exist',
  notFoundLead: 'The link may be old, or you may not have access.',
  home: 'Go to the home page',
  notJson: 'must be valid JSON',
};
