// Not a module, so that it runs before the first paint: a page that was dark would flash otherwise.
try {
  document.documentElement.dataset.theme = localStorage.getItem('parley.setting.theme') ?? 'auto';
} catch {
  // Storage is denied: the system's theme it is.
}
