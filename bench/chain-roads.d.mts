/** A row of `report.mjs`, and of a road's death what died when. */
export interface RoadRow {
  readonly name: string;
  readonly value: number;
  readonly holds: boolean;
  readonly deaths?: readonly {
    readonly transport: string;
    /** Blocks went by it at that moment. */
    readonly carried: boolean;
    /** Blocks that the asking node had then, and lacked. */
    readonly had: number;
    readonly lacked: number;
  }[];
}

export function chainRoadRows(o: {
  readonly progress: (text: string) => void;
  /** One death of two transports, and few blocks. */
  readonly isShort?: boolean;
}): Promise<readonly RoadRow[]>;
