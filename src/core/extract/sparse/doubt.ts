/** Why the frames of a video cannot be numbered without decoding all of them. */
export class Doubt extends Error {}
