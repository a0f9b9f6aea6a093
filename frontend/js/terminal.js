// The terminal, on xterm.js. Loaded when the first shell opens.
//
// Rust calls `create_terminal` (frontend/src/interop/terminal.rs). What a container writes is drawn as characters: nothing
// here makes markup or links of it.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

// More input is handed over in several parts: the server takes no larger message.
const MOST_INPUT_BYTES = 32 * 1024;

const encoder = new TextEncoder();

// Colours come from the design tokens. Programs choose theirs out of these sixteen; what they choose besides is made
// readable by `minimumContrastRatio`.
function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const [ink, soft, paper] = [colour("ink"), colour("ink-3"), colour("code")];
  const named = { red: "bad", green: "good", yellow: "warn", blue: "accent", magenta: "busy", cyan: "accent-strong" };
  const colours = { black: ink, brightBlack: soft, white: soft, brightWhite: ink };
  for (const [name, token] of Object.entries(named)) {
    colours[name] = colour(token);
    colours[`bright${name[0].toUpperCase()}${name.slice(1)}`] = colour(token);
  }
  return {
    ...colours, background: paper, foreground: ink, cursor: ink, cursorAccent: paper,
    selectionBackground: colour("mark"), selectionForeground: ink,
  };
}

// The page's policy lets in style elements with its nonce only, and no style attributes but those that a script sets
// property by property. xterm.js knows neither: while it opens, style elements get the nonce, and the one method that
// writes style attributes (colours that are none of the sixteen) is replaced.
function openIn(terminal, parent, nonce) {
  document.createElement = (...given) => {
    const element = Document.prototype.createElement.apply(document, given);
    if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  try {
    terminal.open(parent);
  } finally {
    delete document.createElement;
  }
  const rows = terminal._core?._renderService?._renderer?.value?._rowFactory;
  if (rows) rows._addStyle = (element, style) => { element.style.cssText += style; };
}

/**
 * Opens a terminal inside `parent`.
 *
 * `options.label` is what a screen reader calls it; `input(bytes)` is called with what is typed, `resized(columns, rows)`
 * after a change of size, `taken(count)` when so many bytes have been drawn, and `left()` when the person leaves it by
 * keyboard.
 */
export function create_terminal(parent, options) {
  const terminal = new Terminal({
    screenReaderMode: true,
    cursorBlink: true,
    scrollback: 5000,
    minimumContrastRatio: 4.5,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--fixed").trim() || "monospace",
    fontSize: 13,
    theme: theme(),
    // Links that a program writes (OSC 8) lead nowhere.
    linkHandler: { activate: () => {} },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  openIn(terminal, parent, options.nonce);
  terminal.textarea.setAttribute("aria-label", options.label);

  const hand_over = (bytes) => {
    for (let at = 0; at < bytes.length; at += MOST_INPUT_BYTES) options.input(bytes.subarray(at, at + MOST_INPUT_BYTES));
  };
  terminal.onData((text) => hand_over(encoder.encode(text)));
  terminal.onBinary((text) => hand_over(Uint8Array.from(text, (character) => character.charCodeAt(0) & 255)));
  terminal.onResize(({ cols, rows }) => options.resized(cols, rows));
  terminal.attachCustomKeyEventHandler((event) => {
    // Tab is the shell's: without a way of its own, the keyboard would be caught in here.
    const leaves = event.ctrlKey && ((event.shiftKey && event.key === "Escape") || event.key === "F6");
    if (leaves) {
      event.preventDefault();
      event.stopPropagation();
      if (event.type === "keydown") options.left();
      return false;
    }
    // With something selected, this copies, as everywhere else.
    const copies = event.ctrlKey && !event.shiftKey && !event.altKey && event.key === "c" && terminal.hasSelection();
    if (copies && event.type === "keydown") setTimeout(() => terminal.clearSelection());
    return !copies;
  });

  // In a folded dock there is no room: the size stays as it was.
  const fit_to_room = () => {
    if (parent.clientWidth > 0 && parent.clientHeight > 0) fit.fit();
  };
  const room = new ResizeObserver(fit_to_room);
  room.observe(parent);
  fit_to_room();

  const dress = () => { terminal.options.theme = theme(); };
  const chosen = new MutationObserver(dress);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", dress);

  return {
    write: (bytes) => terminal.write(bytes, () => options.taken(bytes.length)),
    // A new shell begins below what the last one showed.
    begin_anew: () => {
      // Leaving the other screen puts the cursor where it was saved: only when that screen is shown, was it ever saved.
      const leave = terminal.buffer.active.type === "alternate" ? "\x1b[?1049l" : "";
      terminal.write(`${leave}\x1b[!p\x1b[0m\r\n`);
    },
    columns: () => terminal.cols,
    rows: () => terminal.rows,
    focus: () => terminal.focus(),
    destroy: () => {
      room.disconnect();
      chosen.disconnect();
      system.removeEventListener("change", dress);
      terminal.dispose();
    },
  };
}
