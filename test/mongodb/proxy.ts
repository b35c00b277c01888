import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** What the proxy does to a command: lets it pass, or takes its time first. */
export type OnCommand = (name: string) => void | Promise<void>;

/**
 * A TCP proxy before a MongoDB server that knows where one message of the wire protocol ends and the next
 * begins, and what command it is. Of a URI with several hosts it stands before the first, which has to be
 * the primary.
 */
export interface Proxy {
  /** As the server's, with the proxy in between. */
  readonly uri: string;
  /** Called with the name of each command before it is passed on. */
  onCommand: OnCommand;
  /** Called with the name of each command whose answer has come, before that is passed on. */
  onAnswer: OnCommand;
  /** Cuts every connection, and refuses new ones. */
  cut(): void;
  /** Accepts connections and passes nothing on, in neither direction. */
  stall(): void;
  /** Passes on what comes, what was held back too. */
  resume(): void;
  close(): Promise<void>;
}

/** Who signs in; the first host and its port; database and options. */
const URI = /^(mongodb:\/\/(?:[^@/]*@)?)([^:,/]+)(?::(\d+))?[^/]*(\/.*)$/;
/** OP_MSG, see the wire protocol: header of 16 bytes, flags of 4, one byte of kind, then the document. */
const BODY_OFFSET = 21;
const OP_MSG = 2013;

export async function startProxy(serverUri: string): Promise<Proxy> {
  const [, before = '', host = '', port = '27017', rest = ''] = URI.exec(serverUri) ?? [];
  const sockets = new Set<Socket>();
  let isCut = false;
  let gate = Promise.resolve();
  let openGate = (): void => undefined;

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), host);
    const asked = new Map<number, string>();
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      void pass(from, to, async (message) => {
        if (from === client) {
          const name = nameOf(message);
          asked.set(message.readInt32LE(4), name);
          await proxy.onCommand(name);
        } else await proxy.onAnswer(asked.get(message.readInt32LE(8)) ?? '');
        await gate;
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Direct: the driver would ask a replica set for its members, and go around us.
  const uri = `${before}${address}${rest}${rest.includes('?') ? '&' : '?'}directConnection=true`;

  const proxy: Proxy = {
    uri,
    onCommand: () => undefined,
    onAnswer: () => undefined,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    stall() {
      gate = new Promise((resolve) => {
        openGate = resolve;
      });
    },
    resume() {
      isCut = false;
      openGate();
      gate = Promise.resolve();
    },
    async close() {
      openGate();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

/** Message by message, in order. */
async function pass(
  from: Socket,
  to: Socket,
  onMessage: (message: Buffer) => Promise<void>,
): Promise<void> {
  let held = Buffer.alloc(0);
  try {
    for await (const chunk of from) {
      held = Buffer.concat([held, chunk as Buffer]);
      while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
        const length = held.readInt32LE(0);
        const message = held.subarray(0, length);
        held = held.subarray(length);
        await onMessage(message);
        if (!to.writable) return;
        to.write(message);
      }
    }
  } catch {
    // A connection that was cut; the other end is told by its `close`.
  }
}

function nameOf(message: Buffer): string {
  if (message.readInt32LE(12) !== OP_MSG) return '';
  const document = BSON.deserialize(message.subarray(BODY_OFFSET), {
    allowObjectSmallerThanBufferSize: true,
  });
  return Object.keys(document)[0] ?? '';
}
