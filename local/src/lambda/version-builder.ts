import { rm } from 'node:fs/promises';
import { checkEnvironment } from './execution/environment-variables';
import { OrphanCleanup } from './execution/orphan-cleanup';
import { findRuntime } from './execution/runtimes';
import { copyCode, copyLayers, createCodeFolder } from './function-code';
import { FunctionVersion } from './function-version';
import type { FunctionConnections } from './network/function-connections';
import type { FunctionDefinition } from '../contracts/function-definition';
import type { Environment } from '../environment';
import type { Sessions } from '../iam/sessions';
import type { LiveLog } from '../live-log/live-log';

export interface VersionBuilderOptions {
  /** Accepts connections of functions to AWS hosts. */
  readonly connections: FunctionConnections;
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** URL of the server, such as `http://127.0.0.1:4566`. */
  readonly endpoint: () => string;
  /** Addresses of services that others serve, such as `{ DYNAMODB: 'http://127.0.0.1:8000' }`. @default - none */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
  /** Issues the credentials of functions. */
  readonly sessions: Sessions;
  /** For copies of the code. Must be outside of the developer's project. */
  readonly workDirectory: string;
}

/** Turns definitions of functions into versions that can be invoked. */
export class VersionBuilder {
  private readonly notices = new Set<string>();
  private readonly orphanCleanup = new OrphanCleanup();

  constructor(private readonly options: VersionBuilderOptions) {}

  /**
   * Copies the code. Leaves no files behind if the definition is not valid.
   *
   * @param earlierCopy a copy of the same code
   */
  public async build(definition: FunctionDefinition, earlierCopy?: string): Promise<FunctionVersion> {
    const { connections, endpoint, environment, liveLog, serviceEndpoints = {}, sessions, workDirectory } = this.options;
    checkEnvironment(definition);
    const folder = await createCodeFolder(definition.functionName, workDirectory);
    try {
      const runtime = await findRuntime(definition.runtime, folder.task);
      await copyCode(definition, runtime, folder, earlierCopy);
      await copyLayers(definition, folder);
      this.noticeOnce(definition, runtime.notice);
      const { orphanCleanup } = this;
      const settings = {
        connections, definition, runtime, folder, environment, endpoint: endpoint(), serviceEndpoints, version: '$LATEST', orphanCleanup,
      };
      return new FunctionVersion(settings, sessions, liveLog);
    } catch (error) {
      await rm(folder.root, { recursive: true, force: true });
      throw error;
    }
  }

  public close(): void {
    this.orphanCleanup.close();
  }

  private noticeOnce({ functionName, runtime }: FunctionDefinition, text: string | undefined): void {
    if (text === undefined || this.notices.has(text)) return;
    this.notices.add(text);
    this.options.liveLog.record({ kind: 'notice', level: 'warning', text, data: { event: 'other-runtime', functionName, runtime } });
  }
}
