import type * as http from 'node:http';
import { CustomResourceCalls } from './custom-resource-calls';
import { SecretValues } from './secret-values';
import { Seeds } from './seeds';
import type { Services } from './services';
import type { LoadedStack } from './source';
import { ExpectedError } from '../expected-error';
import { Stack } from './stack';
import type { StackContext } from './stack-context';
import { resourceTypes } from './types';

export interface DeploymentOptions extends Services {
  /** Address of the server, to which custom resources send their responses: `http://127.0.0.1:PORT`. */
  readonly endpoint: () => string;
  /**
   * Custom resources deployed at the same time. Each runs processes of its own, which take memory.
   * @default 5
   */
  readonly parallelCustomResources?: number;
  /**
   * Whether CloudFormation resets the rate when it updates a room whose template has no rate. AWS does not document it.
   * @default false
   */
  readonly roomUpdateResetsRate?: boolean;
  /**
   * Whether CloudFormation detaches the review handler or the logging configurations when they are removed from the template of a room. AWS does
   * not document it.
   * @default false
   */
  readonly removalClearsProperty?: boolean;
}

export interface DeployedResource {
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
}

export interface StackDescription {
  readonly name: string;
  readonly status: string;
  readonly outputs: Record<string, string>;
  readonly resources: Record<string, DeployedResource & { readonly attributes: Record<string, unknown> }>;
}

/** The deployed stacks. Deploys one at a time, because stacks may depend on each other. */
export class Deployment {
  private readonly context: StackContext;
  private readonly calls: CustomResourceCalls;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: DeploymentOptions) {
    const {
      apiAddresses, liveLog, controlPlane, environment, eventSourceMappings, explainFailure, functions, guardrails, httpApis, iam, queues, restApis,
      roleId, subscriptions, tables, userPools,
    } = options;
    const services: Services = {
      apiAddresses,
      liveLog,
      controlPlane,
      environment,
      eventSourceMappings,
      explainFailure,
      functions,
      guardrails,
      httpApis,
      iam,
      queues,
      restApis,
      roleId,
      subscriptions,
      tables,
      userPools,
    };
    this.calls = new CustomResourceCalls(services, options.endpoint, options.parallelCustomResources ?? 5);
    const stacks = new Set<Stack>();
    const secrets = new SecretValues();
    const typeOf = resourceTypes({
      ...services,
      calls: this.calls,
      secrets,
      roomUpdateResetsRate: options.roomUpdateResetsRate ?? false,
      removalClearsProperty: options.removalClearsProperty ?? false,
      newStack: name => new Stack(name, this.context),
    });
    this.context = { secrets, services, stacks, seeds: new Seeds(), typeOf };
  }

  /**
   * Creates or updates a stack.
   *
   * @throws ExpectedError after the stack has been rolled back; a Fault if ivschat-local itself failed
   */
  public async deploy(stack: LoadedStack): Promise<{ outputs: Record<string, string>; resources: Record<string, DeployedResource> }> {
    return this.inTurn(async () => {
      this.checkEnvironment(stack);
      let existing = this.find(stack.name);
      // In AWS such a stack must be deleted by hand. Here the next deployment does it, so that fixing the function is enough.
      if (existing?.status === 'ROLLBACK_FAILED' || existing?.status === 'DELETE_FAILED') {
        await existing.destroy(true);
        existing = undefined;
      }
      const target = existing ?? new Stack(stack.name, this.context);
      try {
        await target.apply(stack);
      } finally {
        if (target.status === 'ROLLBACK_COMPLETE') this.context.stacks.delete(target);
      }
      await target.commit();
      return this.describeStack(target);
    });
  }

  public async destroy(stackName: string): Promise<void> {
    await this.inTurn(async () => {
      const stack = this.find(stackName);
      if (!stack) throw new ExpectedError(`The stack ${stackName} does not exist.`);
      await stack.destroy();
    });
  }

  /** Receives the responses of custom resources. Returns false if the request is for something else. */
  public async handleResponse(req: http.IncomingMessage, res: http.ServerResponse): Promise<boolean> {
    return this.calls.handleResponse(req, res);
  }

  /** All deployed stacks, including nested ones. */
  public describe(): StackDescription[] {
    return [...this.context.stacks].map(stack => this.describeStack(stack));
  }

  /** Outputs have the addresses of APIs on this machine. */
  private describeStack(stack: Stack): StackDescription {
    const { apiAddresses } = this.options;
    const outputs = [...stack.outputs].map(([name, value]) => [name, apiAddresses.localUrls(value)]);
    return { ...describe(stack), outputs: Object.fromEntries(outputs) };
  }

  private find(name: string): Stack | undefined {
    return [...this.context.stacks].find(stack => stack.name === name);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private checkEnvironment({ name, environment }: LoadedStack): void {
    const { account, region } = this.options.environment;
    if (environment.account === account && environment.region === region) return;
    throw new ExpectedError(`The stack ${name} must be in ${account}/${region}, the environment of this runtime, got ${environment.account}/${environment.region}: `
      + 'choose stacks of one environment with --stack.');
  }
}

function describe(stack: Stack): StackDescription {
  return {
    name: stack.name,
    status: stack.status,
    outputs: Object.fromEntries(stack.outputs),
    resources: Object.fromEntries([...stack.resources].map(([logicalId, { type, state, status }]) => [logicalId, {
      type,
      physicalId: state.physicalId,
      status,
      attributes: state.noEcho ? Object.fromEntries(Object.keys(state.attributes).map(name => [name, '*****'])) : { ...state.attributes },
    }])),
  };
}
