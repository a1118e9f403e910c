import { writeFile } from './write-file';
import { loadAssembly } from '../../src/app/assembly';
import { LocalServer, type LocalServerOptions } from '../../src/server';

/** Starts a server with its data in the folder, and deploys a YAML template to it. */
export async function deployTemplate(
  template: string, directory: string, options: Partial<LocalServerOptions> = {},
): Promise<{ server: LocalServer; outputs: Record<string, string> }> {
  const [stack] = loadAssembly(writeFile(directory, 'chat.yaml', template));
  const server = await LocalServer.start({ environment: stack.environment, dataDirectory: directory, ...options });
  const { outputs } = await server.deployment.deploy(stack);
  return { server, outputs };
}
