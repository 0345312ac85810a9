// The colours of learners, after Okabe and Ito, so that colour-blind readers can tell them apart; darker on white and lighter on black
// where contrast asks for it. Learners beyond the eighth have the colours again, with dashes.

const LIGHT = ["#d55e00", "#0072b2", "#009e73", "#b8588f", "#b07400", "#3d8fc4", "#1d1d1f", "#7a6f00"];
const DARK = ["#ff8a3d", "#4aa8e8", "#2cc79a", "#e29cc6", "#f2b233", "#9bd6f7", "#f2f2f0", "#e8dd4a"];
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

const THEME = "perennial-theme";
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

/** auto, light or dark, as it was chosen last. */
export function chosenTheme() {
  try {
    return localStorage.getItem(THEME) ?? "auto";
  } catch {
    return "auto"; // Storage may be forbidden.
  }
}

/** Shows the page in this theme and remembers it. */
export function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // It holds until the page is left.
  }
}

/** Calls when the system changes between light and dark. */
export function onSystemTheme(changed) {
  systemIsDark.addEventListener("change", changed);
}

export function isDark() {
  const theme = chosenTheme();
  return theme === "dark" || (theme === "auto" && systemIsDark.matches);
}

/** Colour of the learner with this place among all. */
export function colour(place) {
  const colours = isDark() ? DARK : LIGHT;
  return colours[place % colours.length];
}

/** Dashes of the learner with this place among all. */
export function dashes(place) {
  return DASHES[Math.floor(place / LIGHT.length) % DASHES.length];
}

/** A colour of the style sheet. */
export function variable(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
