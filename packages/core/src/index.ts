export { definePlugin, isPlugin, pluginApi, use, type PluginDefinition, type PluginUse } from "./assembly/define-plugin.ts";
export * from "./errors/index.ts";
export * from "./ports/index.ts";
export { ephemeralIdentity, identityFromSecret, verifySignature } from "./security/identity.ts";
export { isPeerId, peerIdOf, publicKeyOf } from "./security/peer-id.ts";
