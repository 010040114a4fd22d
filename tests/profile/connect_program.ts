/**
 * A program that connects by the default profile of the file that is its argument, and prints the name of the
 * connection or why there is none. Run by connect_test.ts with few permissions.
 *
 * @module
 */
import process from "node:process";
import { connectProfile } from "../../entries/profile.ts";

try {
  const redis = await connectProfile({ file: process.argv[2]! });
  console.log(await redis.clientGetname());
  await redis.close();
} catch (error) {
  console.log((error as Error).message);
}
