import type { Decoder } from "../campaign.mjs";

/** Gives a module of a package's source, built or not. */
export type Load = (folder: string, module: string) => Promise<unknown>;

export function houseDecoders(load: Load): Promise<Decoder[]>;
export function refusals(load: Load): Promise<(error: unknown) => boolean>;
