/** What a program was started for, as JSON; or why there is none, as a sentence. */
export async function printResult(result: Promise<unknown>): Promise<void> {
  try {
    process.stdout.write(JSON.stringify(await result));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
