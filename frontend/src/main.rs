//! Starts Muster in the browser.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(muster_frontend::app::App);
}
