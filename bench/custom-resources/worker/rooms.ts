import { App, Stack } from 'aws-cdk-lib';
import { ChatRoom } from 'cdk-ivschat';

// Writes the assembly of one stack with many rooms, all at the same high rate.
const [outdir, rooms, rate] = process.argv.slice(2);
const app = new App({ outdir });
const stack = new Stack(app, 'Rooms');
for (let i = 0; i < Number(rooms); i++) new ChatRoom(stack, `Room${i}`, { maximumMessageRatePerSecond: Number(rate) });
app.synth();
process.stdout.write('null');
