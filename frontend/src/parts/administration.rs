//! Settings, audit log and projects: what administrators open now and then, and most people never.

use super::{Loading, MakePage, PageOfPart};
use crate::pages::audit::AuditLogPage;
use crate::pages::projects::{ProjectPage, ProjectsPage};
use crate::pages::settings;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of this part.
#[expect(missing_docs, reason = "each is the page of its name")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administration {
    AuditLog,
    Settings,
    Providers,
    NewProvider,
    Provider,
    Users,
    User,
    Groups,
    Group,
    Roles,
    NewRole,
    Role,
    EditRole,
    Bindings,
    Projects,
    Project,
}

impl Administration {
    /// What a route shows.
    pub fn view(self) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
        let load = move || -> Loading { Box::pin(open(self)) };
        move || view! { <PageOfPart load /> }.into_any()
    }
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "the failure is that the part cannot be loaded, and not in here"
)]
#[wasm_split(administration, fallible)]
fn open(page: Administration) -> Result<MakePage, SplitLoaderError> {
    Ok(match page {
        Administration::AuditLog => || view! { <AuditLogPage /> }.into_any(),
        Administration::Settings => || view! { <settings::SettingsStartPage /> }.into_any(),
        Administration::Providers => || view! { <settings::ProvidersPage /> }.into_any(),
        Administration::NewProvider => || view! { <settings::NewProviderPage /> }.into_any(),
        Administration::Provider => || view! { <settings::ProviderPage /> }.into_any(),
        Administration::Users => || view! { <settings::UsersPage /> }.into_any(),
        Administration::User => || view! { <settings::UserPage /> }.into_any(),
        Administration::Groups => || view! { <settings::GroupsPage /> }.into_any(),
        Administration::Group => || view! { <settings::GroupPage /> }.into_any(),
        Administration::Roles => || view! { <settings::RolesPage /> }.into_any(),
        Administration::NewRole => || view! { <settings::NewRolePage /> }.into_any(),
        Administration::Role => || view! { <settings::RolePage /> }.into_any(),
        Administration::EditRole => || view! { <settings::EditRolePage /> }.into_any(),
        Administration::Bindings => || view! { <settings::BindingsPage /> }.into_any(),
        Administration::Projects => || view! { <ProjectsPage /> }.into_any(),
        Administration::Project => || view! { <ProjectPage /> }.into_any(),
    })
}
