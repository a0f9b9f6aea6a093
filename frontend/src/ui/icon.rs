//! Icons: our own strokes on a 16 × 16 grid, drawn in the text's colour.

use leptos::prelude::*;

/// Draws an icon. It is decoration: the words beside it, or the control's label, say the same.
#[component]
pub fn Icon(
    /// Which one.
    #[prop(into)]
    name: Signal<IconName>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=move || name.get().path() />
        </svg>
    }
}

macro_rules! icons {
    ($($name:ident $path:literal)*) => {
        /// The icons there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IconName {
            $(#[doc = stringify!($name)] $name,)*
        }

        impl IconName {
            /// The strokes.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

icons! {
    Brand "M2.5 13V5L8 9l5.5-4v8M2.5 5 8 2.5 13.5 5"
    Good "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M5.5 8l1.8 1.8 3.3-3.4"
    Warn "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.1"
    Bad "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6 6l4 4m0-4-4 4"
    Busy "M14 8a6 6 0 1 1-3-5.2"
    Idle "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M5 8h6"
    Unknown "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6.3 6.3a1.8 1.8 0 1 1 2.4 1.8c-.5.2-.7.5-.7 1M8 11.2v.1"
    Search "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M10.4 10.4l3.4 3.4"
    Plus "M8 3v10M3 8h10"
    Minus "M3 8h10"
    Close "m4 4 8 8m0-8-8 8"
    Check "m3 8.5 3.2 3.2L13 5"
    ChevronDown "m4 6 4 4 4-4"
    ChevronUp "m4 10 4-4 4 4"
    ChevronRight "m6 4 4 4-4 4"
    ChevronLeft "m10 4-4 4 4 4"
    ArrowUp "M8 13V3M4 7l4-4 4 4"
    ArrowDown "M8 3v10M4 9l4 4 4-4"
    ArrowLeft "M13 8H3M7 4 3 8l4 4"
    More "M3.5 8v.1M8 8v.1M12.5 8v.1"
    Menu "M2.5 4h11M2.5 8h11M2.5 12h11"
    Columns "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10"
    Filter "M2.5 3.5h11L9.5 8.5v4l-3 1v-5z"
    Overview "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z"
    Workload "M8 2 13.5 5v6L8 14 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6"
    Layers "m8 2.5 6 3-6 3-6-3zM2 8.5l6 3 6-3M2 11l6 3 6-3"
    Clock "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M8 4.5V8l2.3 1.5"
    Network "M6.5 3.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M2 12a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M11 12a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M8 5v3M8 8l-3.5 2.8M8 8l3.5 2.8"
    Globe "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M2 8h12M8 2c2 1.8 2.8 3.8 2.8 6S10 12.2 8 14C6 12.2 5.2 10.2 5.2 8S6 3.8 8 2"
    Configuration "M3 4.5h5M11 4.5h2M8 4.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M3 11.5h1.5M7.5 11.5H13M4.5 11.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0"
    Key "M2.5 10.5a3 3 0 1 0 6 0a3 3 0 1 0-6 0M7.7 8.3l5.8-5.8M11 5l2 2"
    Storage "M2.5 4c0-1 2.5-1.8 5.5-1.8s5.5.8 5.5 1.8-2.5 1.8-5.5 1.8S2.5 5 2.5 4zM2.5 4v8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8V4M2.5 8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8"
    Node "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5v.1M5 11v.1"
    Namespace "M3 5V3h2M11 3h2v2M13 11v2h-2M5 13H3v-2M6 6h4v4H6z"
    Event "M8 2.2a4 4 0 0 1 4 4c0 3 1.5 4.3 1.5 4.3h-11S4 9.2 4 6.2a4 4 0 0 1 4-4M6.5 13h3"
    Account "M5.3 5.2a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0M2.8 13.8c.5-2.8 2.5-4.3 5.2-4.3s4.7 1.5 5.2 4.3"
    Group "M3.3 5.4a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0-4.4 0M1.5 13c.3-2.6 1.8-4 4-4s3.7 1.4 4 4M10 3.4a2.2 2.2 0 1 1 1 4M11.4 9.2c1.8.3 2.9 1.6 3.1 3.8"
    Shield "M8 1.8 13 3.6v4c0 3-2 5.4-5 6.6-3-1.2-5-3.6-5-6.6v-4z"
    Project "M2.5 4.5v8h11v-6.5h-6L6 4.5zM5 9h6"
    Eye "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8M6 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
    Cluster "M8 1.8 9.9 4H6.1zM8 4v2M3 7h4v3H3zM9 7h4v3H9zM5 10v3.5M11 10v3.5M3 13.5h10"
    Logs "M3 4h10M3 8h10M3 12h6"
    Terminal "m3 5 3 3-3 3M8 11h5"
    Code "m5.5 5-3 3 3 3M10.5 5l3 3-3 3"
    Edit "M3 13l.7-3L11 2.7 13.3 5 6 12.3zM9.5 4.2l2.3 2.3"
    Delete "M3 4.5h10M6.5 4.5V3h3v1.5M4.3 4.5l.6 9h6.2l.6-9M6.7 7v4M9.3 7v4"
    Scale "M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5"
    Restart "M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 2v3h-3"
    Pause "M5.5 3.5v9M10.5 3.5v9"
    Play "M4.5 3v10l8.5-5z"
    Copy "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"
    Download "M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10"
    Upload "M8 10.5v-8M4.5 6 8 2.5 11.5 6M3 13.5h10"
    External "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4"
    Help "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6.3 6.3a1.8 1.8 0 1 1 2.4 1.8c-.5.2-.7.5-.7 1M8 11.2v.1"
    Sun "M5.5 8a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"
    Moon "M13 9.8A5.5 5.5 0 0 1 6.2 3a5.5 5.5 0 1 0 6.8 6.8z"
    Language "M2 4h6.5M5.2 2.5V4M3 9.5C5.5 8.5 7 6.5 7.2 4M3.5 5.5c.7 2 2 3.3 3.8 4M8.5 13.5l2.5-7 2.5 7M9.4 11.2h3.2"
    SignOut "M6.5 2.5h-4v11h4M6.5 8h7M10.5 5l3 3-3 3"
    Lock "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2"
    Offline "M2 2l12 12M4 6.8A8 8 0 0 1 6 5.7M8 5.2c1.5 0 2.9.5 4 1.5M6 9.2a3.5 3.5 0 0 1 3.2-.3M8 12v.1"
    Rollout "M2.5 8a5.5 5.5 0 0 1 9.5-3.8M12.5 2v2.5H10M13.5 8A5.5 5.5 0 0 1 4 11.8M3.5 14v-2.5H6"
    Dock "M2.5 3h11v10h-11zM2.5 9h11"
    Link "M6.5 9.5l3-3M7 5l1.3-1.3a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.3 1.3a2.8 2.8 0 0 1-4-4L5 7"
    Drag "M6 4v.1M10 4v.1M6 8v.1M10 8v.1M6 12v.1M10 12v.1"
}
