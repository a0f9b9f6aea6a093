//! What can be done with one row.

use super::ListContext;
use super::address::page_of;
use crate::api_client::objects::ObjectAddress;
use crate::i18n::text;
use crate::pages::permission::{about, guarded_item};
use crate::routes::ObjectTab;
use crate::state::dock::{DockTab, use_dock};
use crate::ui::{IconName, Menu, MenuItem, MenuLink, MenuSeparator};
use leptos::prelude::*;

/// The menu at the end of a row.
#[component]
pub fn RowMenu(
    /// The row's object.
    object: ObjectAddress,
) -> impl IntoView {
    let object = StoredValue::new(object);
    view! {
        <Menu label=text::list::ROW_ACTIONS icon=IconName::More icon_only=true class="icon-button" align_end=true>
            <RowMenuItems object />
        </Menu>
    }
    .into_any()
}

#[component]
fn RowMenuItems(object: StoredValue<ObjectAddress>) -> impl IntoView {
    let list = ListContext::take();
    let dock = use_dock();
    let address = object.get_value();
    let log = DockTab::log_of(&address);
    let shell = DockTab::shell_of(&address);
    let page = page_of(&address, ObjectTab::Overview);
    let edit = page_of(&address, ObjectTab::Edit);
    view! {
        <MenuLink href=page icon=IconName::External>{text::list::OPEN_PAGE}</MenuLink>
        {log
            .map(|tab| {
                view! {
                    <MenuItem icon=IconName::Logs on_press=move |()| dock.open(tab.clone())>{text::list::LOGS}</MenuItem>
                }
            })}
        {shell
            .map(|tab| {
                guarded_item(
                    about(&address, "create", Some("exec")),
                    text::terminal::OPEN,
                    IconName::Terminal,
                    false,
                    move || dock.open(tab.clone()),
                )
            })}
        <MenuItem
            icon=IconName::Code
            on_press=move |()| dock.open(DockTab::Yaml { object: object.get_value() })
        >
            {text::list::YAML}
        </MenuItem>
        <MenuLink href=edit icon=IconName::Edit>{text::common::EDIT}</MenuLink>
        <MenuSeparator />
        {guarded_item(
            about(&address, "delete", None),
            text::list::DELETE,
            IconName::Delete,
            true,
            move || list.doomed.set(vec![object.get_value()]),
        )}
    }
    .into_any()
}
