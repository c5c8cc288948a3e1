/** How often a test tries something at random: `all` in the checks of a change, which set CI, and `some` where a person waits. */
export const rounds = (all: number, some: number): number => (process.env.CI ? all : some);
