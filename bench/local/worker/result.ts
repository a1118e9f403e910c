/** Prints the result of a program as JSON, or the message of its error. */
export async function printResult(result: Promise<unknown>): Promise<void> {
  try {
    process.stdout.write(JSON.stringify(await result));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
