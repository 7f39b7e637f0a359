import { agent } from '@skep/contracts/agent';
import { del, get, post } from '../../table.js';
import { person, reader } from './access.js';

/** ClawHub may take a while. */
const HUB_MS = 40_000;

export const skillRoutes = [
  get('/api/skills', agent.listSkills, reader),
  get('/api/skills/tools', agent.listTools, reader),
  post('/api/skills/reload', agent.reloadSkills, person),
  get('/api/skills/clawhub/search', agent.searchClawHub, person, { timeoutMs: HUB_MS }),
  get('/api/skills/clawhub/{slug}', agent.getClawHubSkill, person, { timeoutMs: HUB_MS }),
  post('/api/skills/clawhub/check-compatibility', agent.checkSkillCompatibility, person, { timeoutMs: HUB_MS }),
  post('/api/skills/clawhub/check-security', agent.checkSkillSecurity, person, { timeoutMs: HUB_MS }),
  post('/api/skills/clawhub/install', agent.installSkill, person, { timeoutMs: HUB_MS }),
  get('/api/skills/{name}', agent.getSkill, reader),
  del('/api/skills/{name}', agent.removeSkill, person),
  post('/api/skills/{name}/enable', agent.enableSkill, person),
  post('/api/skills/{name}/disable', agent.disableSkill, person),
  post('/api/skills/{name}/scan', agent.scanSkill, person),
];
