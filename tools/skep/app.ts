import type { Answer, Command } from '../cli/commands.ts';
import type { CheckedApp } from '../author/check.ts';
import type { AppFolder } from '../author/folder.ts';

// The commands of app authors. Their code needs packages that the image of the services does not have, so it is loaded when a command runs.

/** Reads and checks the app in a folder. */
async function check(name: string | undefined): Promise<{ folder: AppFolder; checked: CheckedApp; faults: Answer | undefined }> {
  const { readAppFolder } = await import('../author/folder.ts');
  const { checkApp, faultText } = await import('../author/check.ts');
  const folder = readAppFolder(name);
  const checked = await checkApp(folder);
  const { faults, warnings } = checked;
  for (const warning of warnings) console.error(`warning: ${faultText(warning)}`);
  return { folder, checked, faults: faults.length ? { data: faults, text: faults.map(faultText).join('\n'), code: 1 } : undefined };
}

export const commands: Command[] = [
  {
    usage: 'app init FOLDER [--template TEMPLATE]',
    summary: 'Creates the folder of a new app: declarative (the default), code, panel, schedule or http-api',
    example: 'app init link-saver --template code',
    async run({ args: [folder = ''], values: { template } }) {
      const { initApp } = await import('../author/init.ts');
      const path = initApp(folder, template);
      return { data: { path }, text: `Created ${path}. Next:\n  npm run skep -- app dev ${folder}` };
    },
  },
  {
    usage: 'app validate [FOLDER] [--json]',
    summary: 'Checks an app as a deploy does, and prints all faults, what users are asked for, and prices',
    example: 'app validate link-saver',
    async run({ args: [name] }) {
      const { folder, checked, faults } = await check(name);
      if (faults) return faults;
      const { consentText } = await import('../author/check.ts');
      const { permissions, warnings } = checked;
      return { data: { permissions, warnings }, text: `${folder.id} ${folder.version} has no faults.\n${consentText(checked, folder)}` };
    },
  },
  {
    usage: 'app dev [FOLDER]',
    summary: 'Checks and deploys an app for you at each change of its files; nobody else can call it',
    example: 'app dev link-saver',
    async run({ args: [folder] }) {
      const { develop } = await import('../author/dev.ts');
      await develop(folder);
    },
  },
  {
    usage: 'app test [FOLDER]',
    summary: 'Deploys an app for you, and makes the calls of its tests/*.json; the exit code is 1 if an answer differs',
    example: 'app test link-saver',
    async run({ args: [folder] }) {
      const { runTests } = await import('../author/run-tests.ts');
      return runTests(folder);
    },
  },
  {
    usage: 'app deploy [FOLDER] [--submit] [--json]',
    summary: 'Deploys an app for you, or with --submit also for a review, and says how to call it',
    example: 'app deploy link-saver --submit',
    async run({ args: [name], flags: { submit = false, json } }) {
      const { folder, checked, faults } = await check(name);
      if (faults) return faults;
      const { deployApp, nextSteps } = await import('../author/deploy.ts');
      if (!json) console.log(`${folder.id} ${folder.version} has no faults. Deploying …`);
      const receipt = await deployApp(folder, checked, { submit });
      const state = receipt.submission ? `, and its submission is '${receipt.submission.status}'` : '';
      const failed = receipt.submission?.checks.filter(({ passed }) => !passed).map(({ message }) => `\n  ${message}`) ?? [];
      const text = `Revision ${receipt.revision} is live for you${state}.${failed.join('')}`;
      return { data: receipt, text: submit || json ? text : `${text}\n${await nextSteps(folder)}`, code: failed.length ? 1 : 0 };
    },
  },
];
