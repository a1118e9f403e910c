import { startIvsChat } from 'ivschat-local';

// Runs the app of the guide until it is killed.
await startIvsChat({ app: 'cdk.out' });
console.log('ready');
setInterval(() => undefined, 60_000);
