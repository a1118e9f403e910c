const COLORS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

export function paint(color: keyof typeof COLORS, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text;
}

export function heading(text: string): void {
  console.log(`\n${paint('bold', text)}`);
}

/** Prints a step of the conversation: who, what they do, and the outcome. */
export function step(who: string, what: string, outcome: string, color: keyof typeof COLORS = 'green'): void {
  console.log(`  ${who.padEnd(6)} ${what.padEnd(36)} ${paint(color, outcome)}`);
}

export function detail(text: string): void {
  console.log(`  ${' '.repeat(6)} ${paint('dim', text)}`);
}
