//! People and organizations as GitHub describes them.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Shared, World, checked, refused, simple_user};

/// Whoever the token belongs to.
pub(super) async fn user(State(world): Shared) -> Response {
    let world = world.lock().unwrap();
    checked("GET /user", full_user(&world, world.user.0, &world.user.1))
}

/// A person or an organization by the login; the document has one schema for this and for `GET /user`.
pub(super) async fn account(State(world): Shared, Path(login): Path<String>) -> Response {
    let world = world.lock().unwrap();
    if login.eq_ignore_ascii_case(&world.user.1) {
        return checked("GET /user", full_user(&world, world.user.0, &world.user.1));
    }
    match world
        .organizations
        .iter()
        .find(|known| known.1.eq_ignore_ascii_case(&login))
    {
        None => refused(404, "Not Found"),
        Some((id, login, _)) => {
            let mut organization = full_user(&world, *id, login);
            organization["type"] = "Organization".into();
            checked("GET /user", organization)
        }
    }
}

fn full_user(world: &World, id: u64, login: &str) -> Value {
    let mut user = simple_user(id, login);
    let more = json!({
        "name": "Ada Lovelace", "company": null, "blog": "", "location": null, "email": world.email, "hireable": null,
        "bio": null, "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
        "created_at": "2008-01-14T04:33:35Z", "updated_at": "2008-01-14T04:33:35Z", "private_gists": 0,
        "total_private_repos": 0, "owned_private_repos": 0, "disk_usage": 0, "collaborators": 0,
        "two_factor_authentication": true, "user_view_type": "private",
    });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}
