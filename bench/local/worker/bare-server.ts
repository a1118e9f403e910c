import type { AddressInfo } from 'net';
import { WebSocketServer } from 'ws';

// The least that a server of the same library can do: `echo` answers the sender, `broadcast` answers all connections.
const [mode, answerBytes] = process.argv.slice(2);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', socket => socket.on('message', (data: Buffer) => {
  // As long as the frame that the chat delivers, which is longer than the one it receives.
  const answer = Buffer.alloc(Number(answerBytes), ' ');
  data.copy(answer);
  for (const receiver of mode === 'broadcast' ? server.clients : [socket]) receiver.send(answer, { binary: false });
}));
server.on('listening', () => console.log(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
