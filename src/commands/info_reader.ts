/**
 * The reader of INFO by its sections, for programs that look after a server.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { reader, setField, type Status, textOf } from "./readers.ts";

function toSections(value: Value): Record<Status, Record<Status, Status>> {
  const sections: Record<Status, Record<Status, Status>> = {};
  let section: Record<Status, Status> | undefined;
  for (const line of textOf(value).split("\r\n")) {
    if (line.startsWith("# ")) setField(sections, line.slice(2).toLowerCase(), section = {});
    const at = line.startsWith("#") ? -1 : line.indexOf(":");
    if (at === -1) continue;
    // A module may open with lines of its own, before any section.
    if (section === undefined) setField(sections, "", section = {});
    const name = line.slice(0, at), text = line.slice(at + 1);
    // Each module that is loaded has a line named `module`.
    setField(section, name, Object.hasOwn(section, name) ? `${section[name]}\n${text}` : text);
  }
  return sections;
}

/** The sections of INFO by their names in lower case, each a record of the values by their names. */
export const sections: ReplyReader<Record<Status, Record<Status, Status>>> = /* @__PURE__ */ reader(PLAIN, toSections);
