/**
 * A server at the other end of the memory adapter: it decodes commands and says what a function answers.
 *
 * @module
 */
import { type MemoryOptions, memoryPlatform, type MemoryStream } from "../../adapters/memory.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { encodeReply, wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import type { Platform } from "../../src/stream.ts";

/** A server that a test can look into. */
export interface MemoryServer {
  /** What dials to it. */
  readonly platform: Platform;
  /** The commands that came, the handshakes' left out. */
  readonly commands: string[][];
  /** The server's ends of the streams, the newest last. */
  readonly streams: MemoryStream[];
}

/** Makes a server that answers handshakes by itself and the rest as `answer` says; undefined is silence. */
export function memoryServer(
  answer: (words: string[]) => WireValue | undefined,
  options: MemoryOptions = {},
): MemoryServer {
  const commands: string[][] = [];
  const streams: MemoryStream[] = [];
  const platform = memoryPlatform((stream) => {
    streams.push(stream);
    const decoder = new Decoder();
    stream.open({
      received(bytes) {
        decoder.feed(bytes);
        for (let words = decoder.next(PLAIN); words !== INCOMPLETE; words = decoder.next(PLAIN)) {
          const reply = answerTo(words as string[]);
          if (reply !== undefined) stream.write(encodeReply(reply));
        }
      },
      drained() {},
      closed() {},
    });
  }, options);

  function answerTo(words: string[]): WireValue | undefined {
    if (words[0] === "HELLO") return new Map<WireValue, WireValue>([["server", "redis"], ["proto", 3]]);
    if (words[0] === "CLIENT" && words[1] === "SETINFO") return wire.simple("OK");
    commands.push(words);
    return answer(words);
  }

  return { platform, commands, streams };
}
