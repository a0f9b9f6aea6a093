//! Puts the keyboard where it is needed next.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Goes to the first field inside `place` (a CSS selector) that is marked as wrong, once the fields have drawn it.
pub fn focus_first_problem(place: &'static str) {
    request_animation_frame(move || {
        let wrong = document()
            .query_selector(&format!("{place} [aria-invalid=true]"))
            .ok()
            .flatten();
        if let Some(field) = wrong.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focus_is_a_courtesy = field.focus();
        }
    });
}
