/**
 * A conversation in words over any platform, whose replies are given byte for byte.
 *
 * @module
 */
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import type { ByteStream, Platform } from "../../src/stream.ts";
import { chunksOf, commandText, textOf, utf8 } from "./wire.ts";

/** One connection. */
export class RawTalk {
  readonly #stream: ByteStream;
  readonly #decoder = new Decoder();
  #replies: string[] = [];
  #part = "";
  #ended = false;
  #wake = (): void => {};

  private constructor(stream: ByteStream) {
    this.#stream = stream;
    stream.open({
      received: (bytes) => this.#received(bytes),
      drained() {},
      closed: () => {
        this.#ended = true;
        this.#wake();
      },
    });
  }

  /** Dials. */
  static async open(platform: Platform, address: { host: string; port: number }): Promise<RawTalk> {
    return new RawTalk(await platform.dial(address));
  }

  /** Says a command, or nothing where there are no words. */
  say(...words: string[]): void {
    if (words.length > 0) this.#stream.write(utf8(commandText(...words)));
  }

  /** The next so many replies and pushes; fewer, and `<end>`, when the other side has closed. */
  async hear(count: number): Promise<string> {
    while (this.#replies.length < count && !this.#ended) {
      await new Promise<void>((done) => this.#wake = done);
    }
    const replies = this.#replies.splice(0, count);
    return replies.join("") + (replies.length < count ? "<end>" : "");
  }

  /** Hangs up. */
  close(): void {
    this.#stream.close();
  }

  #received(bytes: Uint8Array): void {
    // Byte by byte, so that it is known where each reply ends.
    for (const byte of chunksOf(bytes, 1)) {
      this.#part += String.fromCharCode(byte[0]);
      this.#decoder.feed(byte);
      if (this.#decoder.next(PLAIN) === INCOMPLETE) continue;
      this.#replies.push(textOf(Uint8Array.from(this.#part, (character) => character.charCodeAt(0))));
      this.#part = "";
    }
    this.#wake();
  }
}
