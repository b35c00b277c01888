import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy does to one POST, in turn; after the last it only forwards. */
export type Fault =
  /** The server does the work, and its answer is lost. */
  | 'lose answer'
  /** The server never hears of it. */
  | `answer ${number}`
  | 'none';

/** Stands between a client and a real server and does to the first POSTs what networks do. */
export async function startLossyProxy(
  target: string,
  faults: readonly Fault[],
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const left = [...faults];
  const server: Server = createServer((incoming, outgoing) => {
    const fault = incoming.method === 'POST' ? left.shift() : undefined;
    if (fault?.startsWith('answer')) {
      const status = Number(fault.slice('answer '.length));
      incoming.resume().once('end', () => outgoing.writeHead(status).end());
      return;
    }
    const { method, url, headers } = incoming;
    const forwarded = request(`${target}${url ?? ''}`, { method, headers }, (answer) => {
      if (fault === 'lose answer') {
        answer.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
