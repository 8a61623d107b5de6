import { Command, CommanderError } from "commander";
import { addChainCommands } from "./chain/chain-commands.ts";
import { type ChatOptions, runChat } from "./chat/chat-command.ts";
import { type ConfigCheckOptions, checkConfig } from "./config-check.ts";
import { type DoctorOptions, runDoctor } from "./doctor/doctor-command.ts";
import { exitCodes } from "./exit-codes.ts";
import { failureLines } from "./failure.ts";
import { type InfraOptions, runInfra } from "./infra-command.ts";
import { nodeAddresses, relayUrls, secondsOption, shortText, wholeNumber } from "./option-values.ts";
import type { Stage } from "./stage.ts";
import { type StartOptions, startNode } from "./start-command.ts";
import { type TurnCredentialsOptions, tellTurnCredentials } from "./turn-command.ts";

const exitHelp = `
Exit codes: 0 done, or stopped as asked; 1 failed, stderr says why; 2 the command line is wrong; 130 a second Ctrl-C.`;
const untilEof = ["--until-eof", "stop when standard input ends, as it does when a parent process is gone"] as const;

/** Runs one command line. Resolves to the exit code; never rejects. */
export async function runCli(words: readonly string[], stage: Stage): Promise<number> {
  const outcome: { exitCode: number } = { exitCode: exitCodes.done };
  try {
    await makeProgram(stage, (exitCode) => {
      outcome.exitCode = exitCode;
    }).parseAsync([...words], { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    // Commander has told already what is wrong with the line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    for (const line of failureLines(error)) stage.warn(line);
    return exitCodes.failed;
  }
}

function makeProgram(stage: Stage, done: (exitCode: number) => void): Command {
  const program = new Command("swarm-space")
    .description("Runs and looks after nodes of Swarm Space.")
    .version(stage.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stage.say(text.trimEnd()),
      writeErr: (text) => stage.warn(text.trimEnd()),
    })
    .showHelpAfterError("See --help.")
    .showSuggestionAfterError()
    .addHelpText("after", exitHelp);

  program
    .command("start")
    .description("run a node from a configuration file until Ctrl-C")
    .argument("[config]", "the file; default: swarm.config.ts, .js, .mjs or .json in this folder")
    .option("--json", "one JSON object a line for each event")
    .option(...untilEof)
    .action(async (path: string | undefined, o: StartOptions) => done(await startNode(stage, path, o)));

  program
    .command("chat")
    .description("talk with everyone who is on the same network, a line each")
    .option(
      "--relay <url...>",
      "Gun relays; default: http://127.0.0.1:8765/gun, as `swarm-space infra` runs one",
      relayUrls(),
    )
    .option("--network <name>", "whom to talk with: peers of another network are strangers", shortText(64))
    .option("--config <file>", "a configuration file instead of Gun and resilience with their defaults")
    .option("--name <name>", "what others see beside your lines; default: the beginning of your id", shortText(40))
    .addOption(secondsOption("--ttl <seconds>", "how long a line may wait for its receivers", 30))
    .action(async (o: ChatOptions) => done(await runChat(stage, o)));

  addChainCommands(program, stage, done);

  const infra = program
    .command("infra")
    .description(
      "run what nodes meet by until Ctrl-C: Gun relay, PeerServer, STUN, tracker and DHT node, with a page of health",
    )
    .option("--port <port>", "the relay's; 0 takes a free one", wholeNumber(0, 65_535), 8_765)
    .option(
      "--peer-port <port>",
      "the PeerServer's; default: 9000, or a free one with --port 0",
      wholeNumber(0, 65_535),
    )
    .option("--stun-port <port>", "STUN's, UDP; default: 3478, or a free one with --port 0", wholeNumber(0, 65_535))
    .option(
      "--tracker-port <port>",
      "the tracker's; default: 8000, or a free one with --port 0",
      wholeNumber(0, 65_535),
    )
    .option(
      "--dht-port <port>",
      "the DHT node's, UDP; default: 6881, or a free one with --port 0",
      wholeNumber(0, 65_535),
    )
    .option(
      "--dht-join <host:port...>",
      "other DHT nodes to join; default: none, a DHT of its own begins here",
      nodeAddresses(),
      [],
    )
    .option(
      "--health-port <port>",
      "the page of health's; default: 8766, or a free one with --port 0",
      wholeNumber(0, 65_535),
    )
    .option("--no-peer-server", "without PeerServer")
    .option("--no-stun", "without STUN")
    .option("--no-tracker", "without tracker")
    .option("--no-dht", "without DHT node")
    .option("--no-health", "without page of health")
    .option(
      "--host <address>",
      "where it listens; another one than 127.0.0.1 lets other machines in",
      shortText(255),
      "127.0.0.1",
    )
    .option("--peer <url...>", "other relays to link to, so that their clients reach ours", relayUrls(), [])
    .option("--data <folder>", "keep letters for those who are away here, over restarts; default: in memory alone")
    .option("--mail <MiB>", "how much text of letters may wait; beyond, they are refused", wholeNumber(1, 65_536), 64)
    .addOption(secondsOption("--every <seconds>", "how often to tell how it fares", 10))
    .option("--json", "one JSON object a line")
    .option(...untilEof)
    .action(async ({ every, ...o }: Omit<InfraOptions, "everyMs"> & { readonly every: number }) =>
      done(await runInfra(stage, { ...o, everyMs: every })),
    );

  infra
    .command("turn-credentials")
    .description("make short-lived credentials for a TURN server, as JSON")
    .requiredOption("--secret-file <file>", "its text is the server's static-auth-secret")
    .addOption(secondsOption("--ttl <seconds>", "how long they hold", 3_600))
    .option("--name <name>", "whom they are for, in the server's log", shortText(64), "swarm")
    .option("--url <url...>", "the server's, as turn:turn.example.org:3478; makes a whole ICE server of it", [])
    .action(async ({ ttl, ...o }: Omit<TurnCredentialsOptions, "ttlMs"> & { readonly ttl: number }) =>
      done(await tellTurnCredentials(stage, { ...o, ttlMs: ttl })),
    );

  program
    .command("doctor")
    .description("look at this installation: Node, configuration, WebRTC, ports")
    .argument("[config]", "the file; default: the one in this folder, if there is one")
    .option(
      "--public",
      "ask the public servers that the hybrid preset uses, too: the only thing that goes out on the net",
    )
    .addOption(secondsOption("--timeout <seconds>", "how long a server may take", 5))
    .option("--json", "one JSON object")
    .action(
      async (
        path: string | undefined,
        { timeout, ...o }: Omit<DoctorOptions, "timeoutMs"> & { readonly timeout: number },
      ) => done(await runDoctor(stage, path, { ...o, timeoutMs: timeout })),
    );

  program
    .command("config")
    .description("look at configuration files")
    .command("check")
    .description("say all that is wrong with a configuration, without starting anything")
    .argument("<file>")
    .option("--json", "one JSON object")
    .action(async (path: string, o: ConfigCheckOptions) => done(await checkConfig(stage, path, o)));

  return program;
}
