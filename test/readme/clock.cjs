// Loaded before the program (`node --require`): its clock stands still at the time that README_CLOCK tells.
const at = Date.parse(process.env.README_CLOCK);
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(at);
    else super(...given);
  }

  static now() {
    return at;
  }
};
