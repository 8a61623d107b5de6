import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openIdentityFile } from "@swarm-space/core/node";
import { Process } from "../support/process.mjs";

/** A hostile relay and those who meet through it, each in a process of its own. Disposed, all are gone. */
export class Stage {
  secrets = {
    plaintext: `Canary that sings ${randomBytes(12).toString("hex")}`,
    channel: `canary/${randomBytes(8).toString("hex")}`,
    network: `canary-net-${randomBytes(8).toString("hex")}`,
  };
  #processes = [];
  #folder;

  /** @param o.isWatched whether the canary looks: not where the seals are taken out */
  static async open({ isWatched }) {
    const stage = new Stage();
    stage.#folder = await mkdtemp(join(tmpdir(), "swarm-space-attack-"));
    stage.relay = stage.#start("relay/hostile.mjs", { network: stage.secrets.network });
    const { url } = await stage.relay.ask("where");
    stage.url = url;
    stage.isWatched = isWatched;
    if (isWatched) await stage.relay.ask("watch", { secrets: stage.secrets });
    return stage;
  }

  /** An honest node. Its id is watched for before it says a word. */
  async honest(name, o = {}) {
    const identityFile = join(this.#folder, `${name}.key`);
    const { id } = await openIdentityFile(identityFile);
    if (this.isWatched) await this.relay.ask("watch", { peers: [id] });
    const storePath = o.isDurable ? join(this.#folder, name) : undefined;
    const node = this.#start("relay/honest.mjs", { ...this.#names(), identityFile, storePath, ...o });
    return Object.assign(node, await node.ask("where"));
  }

  async dialler(o) {
    const dialler = this.#start("relay/dialler.mjs", { ...this.#names(), ...o });
    dialler.slots = await dialler.ask("where");
    if (this.isWatched) await this.relay.ask("watch", { peers: dialler.slots.map(({ peer }) => peer) });
    return dialler;
  }

  async [Symbol.asyncDispose]() {
    await Promise.all(this.#processes.map((each) => each[Symbol.asyncDispose]()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #names() {
    const { network, channel, plaintext } = this.secrets;
    return { url: this.url, network, channel, text: plaintext };
  }

  #start(script, argument) {
    const made = new Process(script, argument);
    this.#processes.push(made);
    return made;
  }
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
