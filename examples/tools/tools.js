// The tools' code. Each export is a tool, by its name in the YAML; it gets the arguments of a call and returns what the model is shown.

const cities = {
  Oslo: [59.91, 10.75],
  Lisbon: [38.72, -9.14],
  Nairobi: [-1.29, 36.82],
};

export function distance({ from, to }) {
  const [start, end] = [placeOf(from), placeOf(to)];
  const [latitude, longitude] = [radians(end[0] - start[0]), radians(end[1] - start[1])];
  const half = Math.sin(latitude / 2) ** 2 + Math.cos(radians(start[0])) * Math.cos(radians(end[0])) * Math.sin(longitude / 2) ** 2;
  return { from, to, kilometres: Math.round(2 * 6371 * Math.asin(Math.sqrt(half))) };
}

export async function convert({ kilometres, to }) {
  // As if it had to ask somebody.
  await new Promise((resolve) => setTimeout(resolve, 400));
  return `${Math.round(kilometres / (to === "miles" ? 1.609344 : 1.852))} ${to}`;
}

function placeOf(city) {
  // What a tool throws is told to the model, which can try something else.
  if (!Object.hasOwn(cities, city)) throw new Error(`no city ${city}; there are ${Object.keys(cities).join(", ")}`);
  return cities[city];
}

function radians(degrees) {
  return (degrees * Math.PI) / 180;
}
