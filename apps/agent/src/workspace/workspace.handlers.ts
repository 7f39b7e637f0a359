import {
  agent,
  InvalidFilename,
  WORKSPACE_FILES,
  type Workspace,
  type WorkspaceFile,
  type WorkspaceFileName,
  type WorkspaceFileRef,
  type WorkspaceInitialized,
  type WriteWorkspaceFile,
} from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { TEMPLATES } from './templates.js';
import { WorkspaceRepository } from './workspace.repository.js';

@Handlers()
export class WorkspaceHandlers {
  constructor(private readonly workspaces: WorkspaceRepository) {}

  @Handle(agent.getWorkspace)
  async getWorkspace(ctx: Ctx): Promise<Workspace> {
    const files = await this.workspaces.list(ctx);
    return { files, bootstrap_needed: !files.some(({ exists }) => exists) };
  }

  @Handle(agent.readWorkspaceFile)
  async readWorkspaceFile(ctx: Ctx, { filename }: WorkspaceFileRef): Promise<WorkspaceFile> {
    assertFilename(filename);
    return (await this.workspaces.list(ctx)).find((file) => file.filename === filename)!;
  }

  @Handle(agent.writeWorkspaceFile)
  async writeWorkspaceFile(ctx: Ctx, { filename, content }: WriteWorkspaceFile): Promise<WorkspaceFile> {
    assertFilename(filename);
    await this.workspaces.write(ctx, filename, content);
    return { filename, content, exists: true };
  }

  @Handle(agent.initializeWorkspace)
  async initializeWorkspace(ctx: Ctx): Promise<WorkspaceInitialized> {
    const [files_created, files_skipped]: [string[], string[]] = [[], []];
    for (const filename of WORKSPACE_FILES)
      ((await this.workspaces.create(ctx, filename, TEMPLATES[filename])) ? files_created : files_skipped).push(filename);
    return { message: 'Workspace initialized', files_created, files_skipped, bootstrap_needed: false };
  }
}

/** @throws Problem `invalid_filename` */
function assertFilename(filename: string): asserts filename is WorkspaceFileName {
  if (!(WORKSPACE_FILES as readonly string[]).includes(filename)) throw InvalidFilename();
}
