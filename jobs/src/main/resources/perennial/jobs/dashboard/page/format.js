// Numbers and times as people read them.

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const compactNumber = new Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1});
const short = new Intl.NumberFormat("en", {maximumSignificantDigits: 4});

/** A whole number with its thousands apart. */
export const count = value => whole.format(value);

/** A number in little room: 12.5K. */
export const compact = value => compactNumber.format(value);

/** A measured value in four digits. */
export function value(number) {
  if (number === undefined || number === null) {
    return "–";
  }
  if (!Number.isFinite(number)) {
    return String(number);
  }
  const size = Math.abs(number);
  return size !== 0 && (size < 1e-3 || size >= 1e7) ? number.toExponential(2) : short.format(number);
}

/** Milliseconds as a person would say them. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) {
    return `${minutes} min`;
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
