/** Milliseconds of `count` round trips, one after the other. */
export async function roundTrips(count, there) {
  const trips = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    await there(n);
    trips.push(performance.now() - started);
  }
  return trips;
}
