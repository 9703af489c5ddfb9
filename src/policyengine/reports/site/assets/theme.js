// Before anything is drawn: the reader's choice of colours, if the browser may keep it.
(function () {
  try {
    var chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (refused) { /* a browser that keeps nothing follows the system */ }
})();
