/** Rooms that know each other meet at the first use; the way of every letter asks the container once. */
export function lazy<Room>(find: () => Room): () => Room {
  let room: Room | undefined;
  return () => {
    room ??= find();
    return room;
  };
}
