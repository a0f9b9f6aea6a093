//! The design system: one component a file, made of native HTML. It knows the API's types, but no pages and no addresses.

mod age;
mod breadcrumbs;
mod button;
mod card;
mod chip;
mod code_editor;
mod code_view;
mod copy_button;
mod dialog;
mod drawer;
mod empty_state;
mod failure_panel;
mod field;
mod file_button;
mod focus;
mod fold;
mod form_failure;
mod gauge;
mod icon;
mod key_value_editor;
mod load_frame;
mod load_view;
mod matrix;
mod menu;
mod page_header;
mod pagination;
mod picker;
mod properties;
mod removable_chip;
mod skeleton;
mod status_badge;
mod sub_navigation;
mod tabs;
mod text_input;
mod toast_list;

pub(crate) use age::ticking_age;
pub use age::{Age, Time};
pub use breadcrumbs::{Breadcrumbs, Crumb};
pub use button::{Button, ButtonKind, IconButton, LinkButton};
pub use card::Card;
pub use chip::Chip;
pub use code_editor::{CodeComparison, CodeEditor, CodeMerge, EditorProblem};
pub use code_view::CodeView;
pub use copy_button::CopyButton;
pub use dialog::{ConfirmDialog, Dialog};
pub use drawer::{Drawer, Sheet};
pub use empty_state::EmptyState;
pub use failure_panel::{FailurePanel, Notice};
pub use field::{Checkbox, Field, FieldProblems, Select, SelectOption, first_problem};
pub use file_button::FileButton;
pub use focus::focus_first_problem;
pub use fold::Fold;
pub use form_failure::FormFailure;
pub use gauge::{Gauge, ProgressBar};
pub use icon::{Icon, IconName};
pub use key_value_editor::{KeyValueEditor, KeyValueRow};
pub use load_frame::LoadFrame;
pub use load_view::LoadView;
pub use matrix::{Mark, Matrix, MatrixLine};
pub use menu::{Menu, MenuItem, MenuLink, MenuSeparator};
pub use page_header::{Page, PageHeader};
pub use pagination::Pagination;
pub use picker::{Picker, PickerOption, narrowed};
pub use properties::{Properties, Property};
pub use removable_chip::RemovableChip;
pub use skeleton::Skeleton;
pub use status_badge::{StatusBadge, health_class, health_icon};
pub use sub_navigation::{SubNavigation, SubPage};
pub use tabs::{Tab, Tabs};
pub use text_input::{NumberField, TextArea, TextField};
pub use toast_list::ToastList;

use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// An id that no other element of the page has, for labels and descriptions.
pub fn unique_id(prefix: &str) -> String {
    format!("{prefix}-{}", NEXT_ID.fetch_add(1, Ordering::Relaxed))
}

/// A key of the keyboard.
#[component]
pub fn Kbd(
    /// The key's name.
    #[prop(into)]
    key: String,
) -> impl IntoView {
    view! { <kbd class="kbd">{key}</kbd> }
}

/// Text for screen readers alone.
#[component]
pub fn VisuallyHidden(
    /// The text.
    children: Children,
) -> impl IntoView {
    view! { <span class="visually-hidden">{children()}</span> }
}
