// The YAML editor and the side-by-side view of two texts, on CodeMirror 6. Loaded when the first editor opens.
//
// Rust calls `create_editor` and `create_comparison` (frontend/src/interop/code_editor.rs); everything that they give
// back has `destroy()`. Texts are shown as text: nothing here makes markup of them.

import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { MergeView } from "@codemirror/merge";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Transaction } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours come from the design tokens, so that a change of theme needs no new editor.
const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--code)", font: "var(--mono)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--code)", color: "var(--ink-3)", borderRight: "1px solid var(--line-2)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--paper-3) 60%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-soft) !important" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "inherit", backgroundImage: "none", backgroundColor: "var(--paper-2)", border: "1px solid var(--line)", borderRadius: "4px" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-changedLine": { backgroundColor: "var(--add) !important" },
  ".cm-deletedChunk": { backgroundColor: "var(--del) !important" },
});

const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--busy)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.meta, tags.punctuation, tags.separator], color: "var(--ink-3)" },
]));

function shared(options) {
  return [
    // CodeMirror writes a <style> element; the page's policy lets in only those with its nonce.
    options.nonce ? EditorView.cspNonce.of(options.nonce) : [],
    EditorView.contentAttributes.of({ "aria-label": options.label }),
    lineNumbers(), foldGutter(), highlightActiveLineGutter(), drawSelection(), highlightActiveLine(),
    bracketMatching(), indentUnit.of("  "), EditorState.tabSize.of(2),
    search({ top: true }), highlightSelectionMatches(), yaml(), colours, look,
  ];
}

/**
 * Opens an editor inside `parent`.
 *
 * `options`: `text`, `label` (for screen readers), `readOnly`, `nonce`, `changed(text)` after each change made by the
 * person, `submitted()` on Ctrl/Cmd+Enter or Ctrl/Cmd+S.
 */
export function create_editor(parent, options) {
  const submit = () => { options.submitted?.(); return true; };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: submit }, { key: "Mod-s", run: submit, preventDefault: true }]),
        shared(options),
        history(), indentOnInput(), closeBrackets(), autocompletion(), lintGutter(),
        // Escape leaves the editor, so that Tab can indent without trapping people who use the keyboard.
        keymap.of([
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab,
          { key: "Escape", run: (editor) => { editor.contentDOM.blur(); return true; } },
        ]),
        EditorState.readOnly.of(options.readOnly),
        EditorView.updateListener.of((update) => {
          const byPerson = update.transactions.some((transaction) => transaction.annotation(Transaction.userEvent));
          if (update.docChanged && byPerson) options.changed?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    set_text: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    // Marks a place: `line` and `column` from 1.
    set_problem: (line, column, message) => {
      const place = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const from = Math.min(place.from + Math.max(column - 1, 0), place.to);
      view.dispatch(setDiagnostics(view.state, [{ from, to: place.to, severity: "error", message }]));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    },
    clear_problems: () => view.dispatch(setDiagnostics(view.state, [])),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/**
 * Shows two texts side by side inside `parent`, with the differences marked. With `options.changed(text)` the right one
 * can be changed, and single differences taken over from the left; without it, neither can be changed.
 */
export function create_comparison(parent, options) {
  const fixed = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
  const changing = [
    history(), indentOnInput(), closeBrackets(),
    keymap.of([
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab,
      { key: "Escape", run: (editor) => { editor.contentDOM.blur(); return true; } },
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.changed(update.state.doc.toString());
    }),
  ];
  const side = (text, label, extensions) => ({ doc: text, extensions: [shared({ ...options, label }), extensions] });
  const view = new MergeView({
    parent,
    a: side(options.before, options.beforeLabel, fixed),
    b: side(options.after, options.afterLabel, options.changed ? changing : fixed),
    revertControls: options.changed ? "a-to-b" : undefined,
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
  return { destroy: () => view.destroy() };
}
