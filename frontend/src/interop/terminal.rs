//! The terminal (`frontend/js/terminal.js`), loaded when the first shell opens.

use super::library::{load, nonce, set};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loaded library.
    #[derive(Clone)]
    pub type TerminalLibrary;

    #[wasm_bindgen(method, catch)]
    fn create_terminal(
        this: &TerminalLibrary,
        parent: &web_sys::Element,
        options: &JsValue,
    ) -> Result<JsTerminal, JsValue>;

    type JsTerminal;

    #[wasm_bindgen(method)]
    fn write(this: &JsTerminal, bytes: js_sys::Uint8Array);
    #[wasm_bindgen(method)]
    fn begin_anew(this: &JsTerminal);
    #[wasm_bindgen(method)]
    fn columns(this: &JsTerminal) -> u16;
    #[wasm_bindgen(method)]
    fn rows(this: &JsTerminal) -> u16;
    #[wasm_bindgen(method, js_name = focus)]
    fn focus_terminal(this: &JsTerminal);
    #[wasm_bindgen(method, js_name = destroy)]
    fn destroy_terminal(this: &JsTerminal);
}

/// Loads the library. An error means that the server is away.
pub async fn load_library() -> Result<TerminalLibrary, JsValue> {
    load("terminal").await.map(JsCast::unchecked_into)
}

/// An open terminal. Dropping it closes it.
pub struct Terminal {
    handle: JsTerminal,
    // JavaScript holds these functions as long as the terminal lives.
    _input: Closure<dyn FnMut(js_sys::Uint8Array)>,
    _resized: Closure<dyn FnMut(u16, u16)>,
    _taken: Closure<dyn FnMut(u32)>,
    _left: Closure<dyn FnMut()>,
}

/// What a terminal is opened with.
pub struct TerminalOptions {
    /// What a screen reader calls it.
    pub label: String,
    /// Called with what is typed.
    pub input: Box<dyn FnMut(Vec<u8>)>,
    /// Called with columns and rows after a change of size.
    pub resized: Box<dyn FnMut(u16, u16)>,
    /// Called with a number of bytes when so many have been drawn.
    pub taken: Box<dyn FnMut(u32)>,
    /// Called when the person leaves it by keyboard.
    pub left: Box<dyn FnMut()>,
}

impl Terminal {
    /// Opens a terminal inside `parent`.
    pub fn open(
        library: &TerminalLibrary,
        parent: &web_sys::Element,
        options: TerminalOptions,
    ) -> Result<Self, JsValue> {
        let mut typed = options.input;
        let input: Closure<dyn FnMut(js_sys::Uint8Array)> =
            Closure::wrap(Box::new(move |bytes: js_sys::Uint8Array| typed(bytes.to_vec())));
        let resized = Closure::wrap(options.resized);
        let taken = Closure::wrap(options.taken);
        let left = Closure::wrap(options.left);
        let given = js_sys::Object::new();
        set(&given, "label", &options.label.into())?;
        set(&given, "nonce", &nonce())?;
        set(&given, "input", input.as_ref())?;
        set(&given, "resized", resized.as_ref())?;
        set(&given, "taken", taken.as_ref())?;
        set(&given, "left", left.as_ref())?;
        let handle = library.create_terminal(parent, &given)?;
        Ok(Self {
            handle,
            _input: input,
            _resized: resized,
            _taken: taken,
            _left: left,
        })
    }

    /// Shows what a program wrote.
    pub fn write(&self, bytes: &[u8]) {
        self.handle.write(js_sys::Uint8Array::from(bytes));
    }

    /// Another program begins: below what the last one showed, and without its colours and modes.
    pub fn begin_anew(&self) {
        self.handle.begin_anew();
    }

    /// Its size: columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.handle.columns(), self.handle.rows())
    }

    /// Puts the cursor into it.
    pub fn focus(&self) {
        self.handle.focus_terminal();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.handle.destroy_terminal();
    }
}
