import type { Logger } from "../ports/logger.ts";

/** The same log, each text led by `name`: which plugin or room speaks. */
export function prefixedLogger(logger: Logger, name: string): Logger {
  const lead = (text: string): string => `${name}: ${text}`;
  return Object.freeze({
    debug: (text, detail) => logger.debug(lead(text), detail),
    info: (text, detail) => logger.info(lead(text), detail),
    warn: (code, text, detail) => logger.warn(code, lead(text), detail),
    error: (code, text, detail) => logger.error(code, lead(text), detail),
  } satisfies Logger);
}
