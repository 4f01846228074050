/** @typedef {import("../ws_client/types/index.d.ts").SocketLike} SocketLike */

const NETWORK_EVENTS = ["online", "offline", "visibilitychange"];

/**
 * The page's live connection as something that can be pulled out and put back: a WebSocket for the client whose
 * sockets break, and whose handshakes fail, while it is out. Sales go over HTTP and pass.
 */
export class Cable {
  /** How many sockets opened: a rotation opens one too. */
  opened = 0;
  #out = false;
  /** @type {Set<CableSocket>} */
  #sockets = new Set();
  #network = new EventTarget();
  #forwarding = new AbortController();
  #changed;

  /** @param {() => void} changed told when a socket opened, and when the cable goes out or in */
  constructor(changed) {
    this.#changed = changed;
    for (const type of NETWORK_EVENTS) {
      window.addEventListener(type, () => this.#network.dispatchEvent(new Event(type)), {
        signal: this.#forwarding.signal,
      });
    }
  }

  get out() {
    return this.#out;
  }

  /** What the client is given in place of the browser's own. */
  get environment() {
    const cable = this;
    const WebSocket = class extends CableSocket {
      /** @param {string} url */
      constructor(url) {
        super(url, cable);
      }
    };
    return { WebSocket, network: this.#network };
  }

  pull() {
    this.#out = true;
    for (const socket of [...this.#sockets]) socket.snap();
    this.#changed();
  }

  plug() {
    this.#out = false;
    // As a browser tells that the network is back: the client tries at once.
    this.#network.dispatchEvent(new Event("online"));
    this.#changed();
  }

  /** Leave no listener behind. */
  dispose() {
    this.#forwarding.abort();
  }

  /** @param {CableSocket} socket */
  joined(socket) {
    this.#sockets.add(socket);
  }

  /** @param {CableSocket} socket */
  left(socket) {
    this.#sockets.delete(socket);
  }

  connected() {
    this.opened += 1;
    this.#changed();
  }
}

/** @implements {SocketLike} */
class CableSocket {
  /** @type {SocketLike["onopen"]} */
  onopen = null;
  /** @type {SocketLike["onmessage"]} */
  onmessage = null;
  /** @type {SocketLike["onclose"]} */
  onclose = null;
  /** @type {WebSocket | null} */
  #socket = null;
  #cable;

  /**
   * @param {string} url
   * @param {Cable} cable
   */
  constructor(url, cable) {
    this.#cable = cable;
    cable.joined(this);
    if (cable.out) {
      setTimeout(() => this.snap());
      return;
    }
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = (event) => {
      cable.connected();
      this.onopen?.(event);
    };
    socket.onmessage = (event) => this.onmessage?.(event);
    socket.onclose = () => this.snap();
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  close() {
    this.#release();
  }

  /** End as a broken connection does. */
  snap() {
    this.#release();
    this.onclose?.(new Event("close"));
  }

  #release() {
    this.#cable.left(this);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
