//! The console's settings: who may sign in, who may do what.

mod binding_list;
mod frame;
mod group_page;
mod groups;
mod providers;
mod roles;
mod user_page;
mod users;

pub use binding_list::BindingsPage;
pub use frame::SettingsStartPage;
pub use group_page::GroupPage;
pub use groups::GroupsPage;
pub use providers::{NewProviderPage, ProviderPage, ProvidersPage};
pub use roles::{EditRolePage, NewRolePage, RolePage, RolesPage};
pub use user_page::UserPage;
pub use users::UsersPage;

pub use frame::may_see_any;
