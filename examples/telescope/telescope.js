// A telescope made of two numbers.
const telescope = { ra: 0, dec: 0 };

export function query_telescope_db({ ra, dec }) {
  const away = Math.hypot(ra - telescope.ra, dec - telescope.dec);
  return { ...telescope, away: Math.round(away * 10) / 10 };
}

export async function trigger_repoint({ ra, dec }) {
  // Telescopes are slow.
  await new Promise((resolve) => setTimeout(resolve, 200));
  Object.assign(telescope, { ra, dec });
  return `pointing at ${ra}, ${dec}`;
}
