/** Leaving in good order needs the servers. While they are unavailable, each step of it is tried for this long. */
export const closeGraceMs = 2_000;
