import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from '../activity';
import type { Deployment } from '../cloudformation/engine';
import type { Environment } from '../environment';
import type { ChatLogs } from '../ivschat/chat-logs';
import type { ControlPlane } from '../ivschat/control-plane';

export interface PlaygroundOptions {
  readonly environment: Environment;
  readonly activity: Activity;
  readonly chatLogs: ChatLogs;
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
}

/** The web page that shows the rooms, lets people chat in them, and says what happens. */
export class Playground {
  constructor(private readonly options: PlaygroundOptions) {}

  /** @returns false for a request to something else */
  public async handle(_req: IncomingMessage, _res: ServerResponse): Promise<boolean> {
    void this.options;
    return false;
  }

  /** Ends the live logs of open pages. */
  public close(): void {}
}
