import { chainDecoders } from "./chain.mjs";
import { gunDecoders, packetDecoders } from "./gun.mjs";
import { infraDecoders } from "./infra.mjs";
import { letterDecoders } from "./letters.mjs";
import { linkDecoders } from "./link.mjs";
import { messagingDecoders } from "./messaging.mjs";
import { textDecoders } from "./texts.mjs";

/** Every decoder of the house. `load(package, module)` gives a module of a package's source, built or not. */
export async function houseDecoders(load) {
  const groups = [
    messagingDecoders,
    linkDecoders,
    letterDecoders,
    textDecoders,
    gunDecoders,
    packetDecoders,
    infraDecoders,
    chainDecoders,
  ];
  return (await Promise.all(groups.map((group) => group(load)))).flat();
}

/** What may be thrown: the house's own errors, and a rejection that a decoder gave as a value. */
export async function refusals(load) {
  const { SwarmError } = await load("core", "errors/index");
  return (error) => SwarmError.is(error) || error?.refusedByValue === true;
}
