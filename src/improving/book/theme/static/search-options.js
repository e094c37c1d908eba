// Sphinx's highlighter keeps what was searched for in the browser's storage. Do without it.
const SPHINX_HIGHLIGHT_ENABLED = false;
