// Sets the theme before the first paint, so that a dark page never flashes white.
// Scripts off: the page is light.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let chosen = "";
    try {
      chosen = JSON.parse(localStorage.getItem("improving:theme")) || "";
    } catch {
      // Storage is blocked or holds something else: follow the device.
    }
    const theme = chosen === "dark" || chosen === "light" ? chosen : dark.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme;
  };
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("improving:theme", apply);
})();
