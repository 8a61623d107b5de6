export declare const heavyLibraries: Readonly<Record<string, readonly string[]>>;
/** Heavy libraries that are installed and have no business in the tree of this package. */
export declare function foreignLibraries(folder: string, isInstalled: (name: string) => boolean): string[];
