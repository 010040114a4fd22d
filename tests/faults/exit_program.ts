/**
 * A program that uses a client in the way that its first argument names, says so, and has to end by itself.
 *
 * Run by exit_test.ts with the places as JSON. It fails when anything is rejected that nobody catches.
 *
 * @module
 */
import process from "node:process";
import { ways } from "./exit_ways.ts";

const [name, places] = process.argv.slice(2);

process.on("unhandledRejection", (error) => {
  console.log("nobody caught", error);
  process.exitCode = 1;
});

await ways[name].run(JSON.parse(places));
console.log("done");
