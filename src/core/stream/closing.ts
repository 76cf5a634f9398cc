/** Leaving in good order needs the servers; where they are away, this is how long each step of it is tried. */
export const closeGraceMs = 2_000;
