/** Four levels; warnings and errors carry their code and reach the console by default. */
export interface Logger {
  debug(text: string, detail?: Readonly<Record<string, unknown>>): void;
  info(text: string, detail?: Readonly<Record<string, unknown>>): void;
  warn(code: string, text: string, detail?: Readonly<Record<string, unknown>>): void;
  error(code: string, text: string, detail?: Readonly<Record<string, unknown>>): void;
}
