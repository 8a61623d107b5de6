/** What is used of a library that tells no types. */
declare module "bittorrent-tracker" {
  type Library = import("./tracker-library.ts").TrackerLibrary;
  export const Server: {
    new (settings: import("./tracker-library.ts").TrackerLibrarySettings): Library;
    readonly Swarm: new (infoHash: string, server: Library) => import("./tracker-library.ts").TrackerSwarm;
  };
}
