//! Small things that only the browser can tell: the time, its storage, the width of the window.

use crate::format::time::{self, LocalTime};
use leptos::prelude::{request_animation_frame, set_timeout, window};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How long a frame is waited for.
const WITHOUT_FRAMES: Duration = Duration::from_millis(500);

/// Milliseconds since 1970, by the browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit for a very long time"
)]
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// A point in time as people here write it: date and time of the browser's zone. The text itself when it is no time.
pub fn local_date_and_time(rfc3339: &str) -> String {
    time::parse(rfc3339).map_or_else(|| rfc3339.to_owned(), |moment| time::date_and_time(local_time(moment)))
}

/// What a field for date and time shows for a point in time: `2026-11-23T14:02` in the browser's zone.
pub fn local_input(rfc3339: &str) -> String {
    let Some(moment) = time::parse(rfc3339) else {
        return String::new();
    };
    let local = time::date_and_time(local_time(moment)).replace(' ', "T");
    local.get(..16).unwrap_or_default().to_owned()
}

/// The point in time of such a field; none while it is empty.
pub fn rfc3339_of_input(text: &str) -> Option<String> {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(text));
    let moment = date.get_time();
    (!text.is_empty() && moment.is_finite()).then(|| date.to_iso_string().into())
}

/// The time of day of a moment in the browser's zone, to the millisecond: `14:02:11.204`. Empty when it is no time.
pub fn local_clock(rfc3339: &str) -> String {
    time::parse(rfc3339).map_or_else(String::new, |moment| {
        time::clock(local_time(moment), moment.rem_euclid(1000))
    })
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
fn local_time(moment: i64) -> LocalTime {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(moment as f64));
    LocalTime {
        year: date.get_full_year(),
        month: date.get_month() + 1,
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
        second: date.get_seconds(),
    }
}

/// A moment as RFC 3339, in UTC.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
pub fn rfc3339(moment: i64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(moment as f64));
    String::from(date.to_iso_string())
}

/// The last second of a day (`2026-11-25`) in the browser's zone; `None` when it is no day.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit for a very long time"
)]
pub fn end_of_day(day: &str) -> Option<i64> {
    let moment = js_sys::Date::parse(&format!("{day}T23:59:59"));
    moment.is_finite().then_some(moment as i64)
}

/// Hands a text to the person as a file.
pub fn download(name: &str, text: &str) {
    use wasm_bindgen::JsCast;
    let parts = js_sys::Array::of1(&wasm_bindgen::JsValue::from_str(text));
    let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else {
        return;
    };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let link = leptos::prelude::document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.set_rel("external");
        link.click();
    }
    let _never_made_is_fine = web_sys::Url::revoke_object_url(&address);
}

/// A remembered word, if the browser kept it.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Remembers a word for the next visit. Is it remembered? A browser may refuse storage, or have no room left.
pub fn store(key: &str, value: Option<&str>) -> bool {
    let Ok(Some(storage)) = window().local_storage() else {
        return value.is_none();
    };
    match value {
        Some(value) => storage.set_item(key, value).is_ok(),
        None => storage.remove_item(key).is_ok(),
    }
}

/// Does the browser ask for this (`(prefers-color-scheme: dark)`, `(max-width: 700px)`)?
pub fn matches_media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Is the tab in front?
pub fn is_visible() -> bool {
    leptos::prelude::document().visibility_state() != web_sys::VisibilityState::Hidden
}

/// A word that nobody chose before: 16 hexadecimal digits. Not for secrets.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a random number between 0 and 2^52"
)]
pub fn random_word() -> String {
    let random = (js_sys::Math::random() * 4_503_599_627_370_496.0) as u64;
    format!("{random:016x}")
}

/// The height of the window's inside, in CSS pixels.
pub fn window_height() -> f64 {
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    height.unwrap_or_default()
}

/// Does something when the next frame was painted. A page in the background has no frames: there it is done soon.
pub fn after_paint(work: impl FnOnce() + 'static) {
    let work = Rc::new(Cell::new(Some(work)));
    let once = move || {
        if let Some(work) = work.take() {
            work();
        }
    };
    set_timeout(once.clone(), WITHOUT_FRAMES);
    // What runs after a frame's own work runs when it was painted.
    request_animation_frame(move || set_timeout(once, Duration::ZERO));
}

/// The browser's languages, most wanted first.
pub fn languages() -> Vec<String> {
    window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|language| language.as_string())
        .collect()
}

/// Does the browser believe that it has a network?
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// The address of a WebSocket of this server.
pub fn socket_address(path: &str) -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") {
        "wss"
    } else {
        "ws"
    };
    format!("{scheme}://{}{path}", location.host().unwrap_or_default())
}
