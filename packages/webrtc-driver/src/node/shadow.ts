/** Native objects have their methods from a prototype that all share, and which stays as it is. */
export function shadow<Of extends object, Name extends keyof Of>(object: Of, name: Name, value: Of[Name]): void {
  Object.defineProperty(object, name, { value });
}
