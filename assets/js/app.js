// What every page loads. Each works without it; it only makes the same pages quicker to use. What only some pages need
// are scripts of their own, which these pages name: desk.js, anew.js, ordering.js. They take from here what they share with it,
// so whatever they import of the modules below is exported as well.

export * from "./page.js";
export * from "./toasts.js";
export * from "./requests.js";
import "./theme.js";
import "./drawer.js";
import "./menus.js";
export * from "./dialog.js";
import "./forms.js";
import "./sending.js";
import "./palette.js";
export * from "./palette/places.js";
export * from "./shortcuts.js";
import "./strips.js";
import "./clock.js";
