/**
 * A client that notes which of its methods are called, so that a row cannot be about a command that it never sends.
 *
 * @module
 */
import type { Client } from "../../mod.ts";

/** The client, noting in `called` each method that is got from it, its views and its chains. */
export function observed(redis: Client, called: Set<string>): Client {
  const handler: ProxyHandler<object> = {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value === "object" && value !== null) return new Proxy(value, handler);
      if (typeof value !== "function") return value;
      called.add(String(name));
      return (...args: unknown[]): unknown => {
        const result: unknown = value.apply(target, args);
        // A chain gives itself, and is to be looked at on; promises and iterators are not.
        return isChain(result) ? new Proxy(result, handler) : result;
      };
    },
  };
  return new Proxy(redis, handler) as Client;
}

function isChain(value: unknown): value is object {
  return typeof value === "object" && value !== null && "exec" in value;
}
