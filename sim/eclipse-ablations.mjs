/** Guards switched off; each must let the attacker in. */
export const eclipseAblations = [
  { name: "no diversity", off: { diversity: false }, seeds: 100 },
  { name: "strangers that dial us count as enough", off: { ownChoice: false }, seeds: 100 },
];
