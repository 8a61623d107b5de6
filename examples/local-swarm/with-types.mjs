import process from "node:process";

/** Runs what is partly TypeScript, or says which Node does. @param {() => Promise<unknown>} run */
export async function withTypes(run) {
  if (process.features.typescript) await run();
  else {
    process.stderr.write(
      `This needs Node 22.18 or newer, and here is ${process.versions.node}. \`npm start\` brings its own.\n`,
    );
    process.exitCode = 1;
  }
}
