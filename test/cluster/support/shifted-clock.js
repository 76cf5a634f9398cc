// Preloaded by --import: the clock of this process is wrong by MVS_TEST_CLOCK_SHIFT milliseconds.
const shift = Number(process.env.MVS_TEST_CLOCK_SHIFT ?? 0);
const RightDate = Date;

globalThis.Date = class extends RightDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RightDate.now() + shift] : args));
  }

  static now() {
    return RightDate.now() + shift;
  }
};
