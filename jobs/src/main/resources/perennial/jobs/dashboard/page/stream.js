// The server-sent events. The browser comes back by itself when the connection is lost, and says how far it had come.

const EVENTS = ["hello", "metrics", "learners", "points", "health"];
const RETRY_MS = 2000;

export class Stream {
  #source = null;
  #query = null;
  #last = "";
  #retry = 0;
  #handlers;

  /**
   * @param handlers a function for each event, which is given its data; and connected(boolean)
   */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Asks for what this query names, from the beginning. */
  open(query) {
    this.#query = query;
    this.#last = "";
    this.#connect();
  }

  /** Rests while nobody looks, and goes on later from where it was. */
  rest(resting) {
    if (resting) {
      this.#source?.close();
      this.#source = null;
    } else if (!this.#source && this.#query !== null) {
      this.#connect();
    }
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const query = new URLSearchParams(this.#query);
    if (this.#last) {
      query.set("after", this.#last);
    }
    const source = new EventSource(`events?${query}`);
    this.#source = source;
    source.onopen = () => this.#handlers.connected(true);
    source.onerror = () => {
      if (this.#source !== source) {
        return;
      }
      this.#handlers.connected(false);
      // An answer that is no event stream ends it for good: the browser does not try again.
      if (source.readyState === EventSource.CLOSED) {
        this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
      }
    };
    for (const type of EVENTS) {
      source.addEventListener(type, event => {
        if (this.#source === source) {
          this.#last = event.lastEventId || this.#last;
          this.#handlers[type](JSON.parse(event.data));
        }
      });
    }
  }
}
