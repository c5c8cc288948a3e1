// What the parts of `npm run bench` print. With `--check`, as the checks run it: bounds are looser by 15 %, the best of
// up to three rounds counts, and only ratios do; exit code 1 when one is over. A noisy machine does not fail it by chance.

const check = process.argv.includes("--check");
const slack = check ? 1.15 : 1;
const mostRounds = 3;

/**
 * One figure. `ratio` may be at most `bound`, or with `least` must be at least that; without a bound it is printed for
 * comparison. `mb` is peak resident memory and may be at most `mostMb`.
 *
 * @typedef {{ name: string, ratio: number, bound?: number, least?: boolean, mb?: number, mostMb?: number }} Figure
 */

/** Measures and prints; `measure` gives the same figures each time. */
export async function report(measure) {
  let best = await measure();
  for (let round = 1; check && round < mostRounds && !best.every(isWithin); round += 1) {
    const again = await measure();
    best = best.map((figure, index) => better(figure, again[index]));
  }
  print(best);
  if (check && !best.every(isWithin)) process.exitCode = 1;
}

function isWithin(figure) {
  const { ratio, least = false } = figure;
  const limit = limitOf(figure);
  if (limit === undefined) return true;
  return least ? ratio >= limit : ratio <= limit;
}

function limitOf({ bound, least = false }) {
  if (bound === undefined) return undefined;
  return least ? bound / slack : bound * slack;
}

function better(one, other) {
  const first = one.least === true ? one.ratio >= other.ratio : one.ratio <= other.ratio;
  return first ? one : other;
}

function print(figures) {
  const line = (name, ratio, bound, mb, mostMb) =>
    `${name.padEnd(52)}${ratio.padStart(8)}${bound.padStart(11)}${mb.padStart(8)}${mostMb.padStart(10)}`;
  process.stdout.write(`${line("what", "ratio", "bound", "MB", "bound")}\n`);
  for (const figure of figures) {
    const { name, ratio, least = false, mb, mostMb } = figure;
    const most = limitOf(figure);
    const limit = most === undefined ? "" : `${least ? ">=" : "<="} ${most.toFixed(2)}`;
    const over = !isWithin(figure) || (mb !== undefined && mostMb !== undefined && mb > mostMb);
    const memory = [mb === undefined ? "" : mb.toFixed(0), mostMb === undefined ? "" : `<= ${mostMb}`];
    process.stdout.write(`${line(name, ratio.toFixed(2), limit, ...memory)}${over ? "  over" : ""}\n`);
  }
}
