/** A debugger as small as it gets: the protocol over the inspector's WebSocket, which Node 20 has no client for. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get } from "node:http";

const TEXT = 1;
const PING = 9;

export class Debugger {
  #socket;
  #received = Buffer.alloc(0);
  #pieces = [];
  #calls = new Map();
  #waiting = [];
  #lastId = 0;
  /** Everything that came unasked. */
  events = [];

  /** Attaches to the program whose inspector printed this URL. */
  static async attach(url) {
    const made = new Debugger();
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Version": "13",
    };
    const request = get(url.replace("ws:", "http:"), { headers });
    const [, socket, head] = await once(request, "upgrade");
    made.#socket = socket;
    made.#receive(head);
    socket
      .on("data", (bytes) => made.#receive(bytes))
      .on("error", () => {})
      .on("close", () => made.#end());
    return made;
  }

  /** Resolves to the answer. */
  send(method, params = {}) {
    const id = ++this.#lastId;
    this.#write(TEXT, Buffer.from(JSON.stringify({ id, method, params })));
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, method }));
  }

  /** The next event of this name that was not waited for yet. */
  next(method) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ method, resolve, reject });
      this.#deliver();
    });
  }

  close() {
    this.#socket.destroy();
  }

  /** The program has gone: nobody waits for ever. */
  #end() {
    for (const { method, reject } of [...this.#waiting, ...this.#calls.values()])
      reject(new Error(`The program ended before ${method}.`));
  }

  #deliver() {
    this.#waiting = this.#waiting.filter(({ method, resolve }) => {
      const at = this.events.findIndex((event) => event.method === method && event.taken !== true);
      if (at === -1) return true;
      this.events[at].taken = true;
      resolve(this.events[at].params);
      return false;
    });
  }

  /** A client's frames are masked. */
  #write(kind, payload) {
    const mask = randomBytes(4);
    const length =
      payload.length < 126
        ? Buffer.from([0x80 | payload.length])
        : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(
      Buffer.concat([Buffer.from([0x80 | kind]), length, mask, payload.map((byte, at) => byte ^ mask[at & 3])]),
    );
  }

  #receive(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (let frame = this.#frame(); frame !== undefined; frame = this.#frame()) this.#handle(frame);
  }

  #frame() {
    const data = this.#received;
    if (data.length < 2) return undefined;
    const short = data[1] & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length < start) return undefined;
    const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
    if (data.length < start + length) return undefined;
    this.#received = data.subarray(start + length);
    return { isLast: (data[0] & 0x80) !== 0, kind: data[0] & 0x0f, payload: data.subarray(start, start + length) };
  }

  #handle({ isLast, kind, payload }) {
    if (kind === PING) return this.#write(10, payload);
    if (kind > TEXT) return undefined;
    this.#pieces.push(payload);
    if (!isLast) return undefined;
    const { id, result, error, ...event } = JSON.parse(Buffer.concat(this.#pieces.splice(0)).toString());
    if (id === undefined) {
      this.events.push(event);
      return this.#deliver();
    }
    const { resolve, reject, method } = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) reject(new Error(`${method}: ${error.message}`));
    else resolve(result);
    return undefined;
  }
}
