//! What every library needs: to be loaded, options to be opened with, the page's nonce.

use leptos::prelude::document;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/interop/loader.js")]
extern "C" {
    /// Loads a bundle of `frontend/js` by its name.
    #[wasm_bindgen(catch)]
    pub(super) async fn load(name: &str) -> Result<JsValue, JsValue>;
}

/// Sets one option.
pub(super) fn set(object: &js_sys::Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    js_sys::Reflect::set(object, &name.into(), value).map(drop)
}

/// The nonce that the page's policy asks of style elements; the server writes it into the page.
pub(super) fn nonce() -> JsValue {
    let element = document().query_selector("meta[name='csp-nonce']").ok().flatten();
    let nonce = element
        .and_then(|element| element.get_attribute("content"))
        .filter(|nonce| !nonce.starts_with("{{"));
    nonce.map_or(JsValue::UNDEFINED, JsValue::from)
}
