import type { AppFunction } from '@skep/app';
import { github } from './github.ts';

interface Issue {
  title: string;
  html_url: string;
}

export const listIssues: AppFunction = async (ctx) => {
  const issues = await github<Issue[]>(ctx, 'GET', '/issues?state=open&per_page=50');
  return { issues: issues.map(({ title, html_url }) => ({ title, url: html_url })) };
};

export const createIssue: AppFunction<{ repository: string; title: string; body?: string }> = async (
  ctx,
  { repository, title, body = '' },
) => {
  const { html_url } = await github<Issue>(ctx, 'POST', `/repos/${repository}/issues`, { title, body });
  return { url: html_url };
};
