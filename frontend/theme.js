// Puts the remembered theme and language on the page before its first paint; state/preferences.rs writes both.
try {
  const theme = localStorage.getItem("muster.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const language = localStorage.getItem("muster.language");
  if (language) document.documentElement.lang = language;
} catch {
  // A browser without storage shows the page as the system says.
}
