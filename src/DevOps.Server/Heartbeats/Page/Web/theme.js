// Before anything is painted: the theme that was chosen here, so that nothing flashes in the other one.

try {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // The browser forbids to remember anything: the system's theme holds.
}
