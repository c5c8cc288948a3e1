/** How often a test tries something at random: `all` in the checks of a change, which set CI, and `some` where a person waits. */
export const rounds = (all: number, some: number): number => (process.env.CI ? all : some);

/**
 * Which of a list a test tries: `all` in the checks of a change, and `some` of them where a person waits, other ones for the next
 * `turn`, so that together the turns try all.
 */
export function someOf<Thing>(all: readonly Thing[], some: number, turn: number): readonly Thing[] {
  const count = rounds(all.length, Math.min(some, all.length));
  return Array.from({ length: count }, (_, index) => all[(turn * count + index) % all.length] as Thing);
}
