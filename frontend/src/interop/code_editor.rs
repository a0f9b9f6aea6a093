//! The YAML editor (`frontend/js/editor.js`), loaded when the first one opens.

use super::library::{load, nonce, set};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loaded library.
    #[derive(Clone)]
    pub type EditorLibrary;

    #[wasm_bindgen(method, catch)]
    fn create_editor(this: &EditorLibrary, parent: &web_sys::Element, options: &JsValue) -> Result<JsEditor, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn create_comparison(
        this: &EditorLibrary,
        parent: &web_sys::Element,
        options: &JsValue,
    ) -> Result<JsComparison, JsValue>;

    type JsEditor;

    #[wasm_bindgen(method)]
    fn text(this: &JsEditor) -> String;
    #[wasm_bindgen(method)]
    fn set_text(this: &JsEditor, text: &str);
    #[wasm_bindgen(method)]
    fn set_problem(this: &JsEditor, line: u32, column: u32, message: &str);
    #[wasm_bindgen(method)]
    fn clear_problems(this: &JsEditor);
    #[wasm_bindgen(method)]
    fn focus(this: &JsEditor);
    #[wasm_bindgen(method)]
    fn destroy(this: &JsEditor);

    type JsComparison;

    #[wasm_bindgen(method, js_name = destroy)]
    fn destroy_comparison(this: &JsComparison);
}

/// Loads the library. An error means that the server is away: the text can still be shown plainly.
pub async fn load_library() -> Result<EditorLibrary, JsValue> {
    load("editor").await.map(JsCast::unchecked_into)
}

/// An open editor. Dropping it closes it.
pub struct Editor {
    handle: JsEditor,
    // JavaScript holds these functions as long as the editor lives.
    _changed: Closure<dyn FnMut(String)>,
    _submitted: Closure<dyn FnMut()>,
}

/// What an editor is opened with.
pub struct EditorOptions {
    /// The text to begin with.
    pub text: String,
    /// What a screen reader calls it.
    pub label: String,
    /// Can it only be read?
    pub read_only: bool,
    /// Called with the text after each change by the person.
    pub changed: Box<dyn FnMut(String)>,
    /// Called on Ctrl/Cmd+Enter and Ctrl/Cmd+S.
    pub submitted: Box<dyn FnMut()>,
}

impl Editor {
    /// Opens an editor inside `parent`.
    pub fn open(library: &EditorLibrary, parent: &web_sys::Element, options: EditorOptions) -> Result<Self, JsValue> {
        let changed = Closure::wrap(options.changed);
        let submitted = Closure::wrap(options.submitted);
        let given = js_sys::Object::new();
        set(&given, "text", &options.text.into())?;
        set(&given, "label", &options.label.into())?;
        set(&given, "readOnly", &options.read_only.into())?;
        set(&given, "nonce", &nonce())?;
        set(&given, "changed", changed.as_ref())?;
        set(&given, "submitted", submitted.as_ref())?;
        let handle = library.create_editor(parent, &given)?;
        Ok(Self {
            handle,
            _changed: changed,
            _submitted: submitted,
        })
    }

    /// The text as it is now.
    pub fn text(&self) -> String {
        self.handle.text()
    }

    /// Puts another text in; it can be undone.
    pub fn set_text(&self, text: &str) {
        self.handle.set_text(text);
    }

    /// Marks a place (from 1) and goes there.
    pub fn set_problem(&self, line: u32, column: u32, message: &str) {
        self.handle.set_problem(line, column, message);
    }

    /// Takes the marks away.
    pub fn clear_problems(&self) {
        self.handle.clear_problems();
    }

    /// Puts the cursor into it.
    pub fn focus(&self) {
        self.handle.focus();
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

/// Two texts side by side. Dropping it closes it.
pub struct Comparison {
    handle: JsComparison,
    // JavaScript holds the function as long as the view lives.
    _changed: Option<Closure<dyn FnMut(String)>>,
}

/// What a comparison is opened with.
pub struct ComparisonOptions<'a> {
    /// The left text.
    pub before: &'a str,
    /// What a screen reader calls the left text.
    pub before_label: &'a str,
    /// The right text.
    pub after: &'a str,
    /// What a screen reader calls the right text.
    pub after_label: &'a str,
    /// Called with the right text after each change by the person; without it, neither text can be changed.
    pub changed: Option<Box<dyn FnMut(String)>>,
}

impl Comparison {
    /// Shows two texts inside `parent`.
    pub fn open(
        library: &EditorLibrary,
        parent: &web_sys::Element,
        options: ComparisonOptions<'_>,
    ) -> Result<Self, JsValue> {
        let given = js_sys::Object::new();
        set(&given, "before", &options.before.into())?;
        set(&given, "beforeLabel", &options.before_label.into())?;
        set(&given, "after", &options.after.into())?;
        set(&given, "afterLabel", &options.after_label.into())?;
        set(&given, "nonce", &nonce())?;
        let changed = options.changed.map(Closure::wrap);
        if let Some(changed) = &changed {
            set(&given, "changed", changed.as_ref())?;
        }
        let handle = library.create_comparison(parent, &given)?;
        Ok(Self {
            handle,
            _changed: changed,
        })
    }
}

impl Drop for Comparison {
    fn drop(&mut self) {
        self.handle.destroy_comparison();
    }
}
