/**
 * Who to log in as, from where the user said: asked at every connect, or kept up with as it changes.
 *
 * A stream's newest value is what new connections log in with, and each later one is told, so that live connections
 * can log in anew before the old credentials end. Limits: a stream that ends, or fails, leaves its last value.
 *
 * @module
 */
import type { Credentials, CredentialsSource } from "../connect_options.ts";
import { ClosedError, RedisError } from "../errors.ts";

/** Who wants to know of new credentials, and of a stream that failed. */
export interface CredentialsOwner {
  /** Live connections are to log in anew. */
  renewed(credentials: Credentials): void;
  /** The stream has failed. */
  failed(error: unknown): void;
}

/** Gives the credentials of one client. */
export class CredentialsReader {
  readonly #source: CredentialsSource;
  readonly #owners = new Set<CredentialsOwner>();
  #iterator: AsyncIterator<Credentials> | undefined;
  #newest: Promise<Credentials> | undefined;
  #stopped = false;

  /** Takes where they come from; nothing is asked before the first connect. */
  constructor(source: CredentialsSource) {
    this.#source = source;
  }

  /** Has one more told of new ones. */
  add(owner: CredentialsOwner): void {
    this.#owners.add(owner);
  }

  /** Has one told no more; without anybody left it asks no more. */
  remove(owner: CredentialsOwner): void {
    this.#owners.delete(owner);
    if (this.#owners.size === 0) this.stop();
  }

  /** The credentials to log in with now. */
  async read(): Promise<Credentials> {
    if (this.#stopped) throw new ClosedError("Cannot log in: the client is closed");
    if (typeof this.#source === "function") return checked(await this.#asked(this.#source));
    if (this.#newest === undefined) {
      this.#iterator = this.#source[Symbol.asyncIterator]();
      this.#newest = this.#first(this.#iterator);
      // A first value that does not come is told to who waits for it; the next connect asks again.
      this.#newest.then(() => this.#follow(this.#iterator!), () => this.#newest = undefined);
    }
    return await this.#newest;
  }

  /** Asks no more. */
  stop(): void {
    this.#stopped = true;
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // A generator that waits inside of next() ends when that does; nobody waits for it here.
    end(iterator).catch(ignore);
  }

  /** What a user's function gives. Its failure is its own and may pass, whatever its class says elsewhere. */
  async #asked<Given>(ask: () => Given | Promise<Given>): Promise<Given> {
    try {
      return await ask();
    } catch (cause) {
      throw new RedisError("the credentials could not be had", { cause });
    }
  }

  async #first(iterator: AsyncIterator<Credentials>): Promise<Credentials> {
    const { done, value } = await this.#asked(() => iterator.next());
    if (done) throw new TypeError("Cannot log in: the stream of credentials ended before it gave any");
    try {
      return checked(value);
    } catch (error) {
      // The next connect asks for another one.
      end(iterator).catch(ignore);
      throw error;
    }
  }

  async #follow(iterator: AsyncIterator<Credentials>): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done || this.#stopped) return;
        const credentials = checked(value);
        this.#newest = Promise.resolve(credentials);
        for (const owner of [...this.#owners]) owner.renewed(credentials);
      }
    } catch (error) {
      end(iterator).catch(ignore);
      if (!this.#stopped) { for (const owner of [...this.#owners]) owner.failed(error); }
    }
  }
}

function checked(value: Credentials): Credentials {
  const { username, password } = (value ?? {}) as Partial<Credentials>;
  if (typeof password === "string" && (username === undefined || typeof username === "string")) return value;
  throw new TypeError("Cannot log in: credentials are to be an object with a password and perhaps a username, as text");
}

async function end(iterator: AsyncIterator<Credentials> | undefined): Promise<void> {
  await iterator?.return?.();
}

function ignore(): void {}
