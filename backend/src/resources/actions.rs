//! What can be done to one object with a click: scale, restart, pause, resume, cordon, uncordon.

use super::mapping::KindEntry;
use super::object::{Located, ObjectError, ObjectPath, Objects, remove_managed_fields};
use super::remote::FIELD_MANAGER;
use crate::context::RequestContext;
use http::Method;
use muster_api::action::Action;
use serde_json::{Value, json};

/// More is a slip of the finger, not a wish.
pub const MOST_REPLICAS: u32 = 100_000;
/// How often a write that clashed with another one is tried.
const TRIES: u32 = 4;
/// The annotation that `kubectl rollout restart` sets: whoever looks for it finds ours too.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// What came of setting the number of replicas.
#[derive(Clone, Debug)]
pub struct Scaled {
    /// How many there should have been before; none when that could not be read.
    pub before: Option<u64>,
    /// The changed object.
    pub object: Value,
}

impl Objects {
    /// Sets the number of replicas, for every kind that has a `scale` subresource.
    pub async fn scale(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
        replicas: u32,
    ) -> Result<Scaled, ObjectError> {
        if replicas > MOST_REPLICAS {
            return Err(ObjectError::InvalidField {
                field: "replicas",
                code: "too-many",
                message: format!("at most {MOST_REPLICAS} replicas"),
            });
        }
        let located = self.locate(context, path).await?;
        let kind = &located.kind;
        let known = self
            .mappings
            .by_path(&located.remote, &kind.group, &kind.version, &kind.resource)
            .await?;
        if !known.is_some_and(|known| known.subresources.iter().any(|name| name == "scale")) {
            return Err(not_possible(kind, "be scaled"));
        }
        // Only to be told of: what is not known does not keep anybody from scaling.
        let scale = located.remote.get(&format!("{}/scale", located.path())).await;
        let before = scale.ok().and_then(|scale| scale["spec"]["replicas"].as_u64());
        patch(&located, "/scale", &json!({"spec": {"replicas": replicas}})).await?;
        let object = without_managed_fields(located.read().await?);
        Ok(Scaled { before, object })
    }

    /// Does one of the actions that need no more than the object. Answers the changed object.
    pub async fn act(&self, context: &RequestContext, path: &ObjectPath, action: Action) -> Result<Value, ObjectError> {
        let located = self.locate(context, path).await?;
        let change = match action {
            Action::Scale => return Err(not_possible(&located.kind, "be scaled without a number of replicas")),
            Action::Restart => restart(context, &located).await?,
            Action::Pause => spec_flag(&located.kind, "paused", true, "be paused")?,
            Action::Resume => spec_flag(&located.kind, "paused", false, "be resumed")?,
            Action::Cordon => spec_flag(&located.kind, "unschedulable", true, "be cordoned")?,
            Action::Uncordon => spec_flag(&located.kind, "unschedulable", false, "be uncordoned")?,
        };
        Ok(without_managed_fields(patch(&located, "", &change).await?))
    }
}

async fn restart(context: &RequestContext, located: &Located) -> Result<Value, ObjectError> {
    let is_workload = located.kind.group == "apps"
        && ["deployments", "statefulsets", "daemonsets"].contains(&located.kind.resource.as_str());
    if !is_workload {
        return Err(not_possible(&located.kind, "be restarted"));
    }
    let object = located.read().await?;
    if object["spec"]["paused"] == true {
        return Err(ObjectError::NotPossible(format!(
            "the rollout of {} is paused: resume it first, or nothing would restart",
            located.words()
        )));
    }
    // Seconds, as kubectl writes it; a second restart within one second is the same restart.
    let now = context.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Ok(json!({"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: now}}}}}))
}

/// A change of one boolean in `spec` of the kind that has it.
fn spec_flag(kind: &KindEntry, field: &str, value: bool, words: &str) -> Result<Value, ObjectError> {
    let has_it = match field {
        "paused" => kind.group == "apps" && kind.resource == "deployments",
        _ => kind.is_core("nodes"),
    };
    if has_it {
        Ok(json!({"spec": {field: value}}))
    } else {
        Err(not_possible(kind, words))
    }
}

fn not_possible(kind: &KindEntry, what: &str) -> ObjectError {
    ObjectError::NotPossible(format!("{} cannot {what}", kind.resource))
}

/// Writes only the given fields. A clash with another writer is tried again: the change does not rest on what was read.
async fn patch(located: &Located, subresource: &str, change: &Value) -> Result<Value, ObjectError> {
    let path = format!("{}{subresource}?fieldManager={FIELD_MANAGER}", located.path());
    let mut tries = 1;
    loop {
        match located.remote.write(Method::PATCH, &path, MERGE_PATCH, change).await {
            Ok(reply) => return Ok(reply.value),
            Err(error) if tries < TRIES && error.refusal().is_some_and(|refusal| refusal.code() == 409) => tries += 1,
            Err(error) => return Err(located.missing_or(error)),
        }
    }
}

fn without_managed_fields(mut object: Value) -> Value {
    remove_managed_fields(&mut object);
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::kind;

    #[test]
    fn a_kind_that_cannot_says_so() {
        let pods = KindEntry::built_in(kind::by_path("core", "v1", "pods").unwrap());
        let error = spec_flag(&pods, "unschedulable", true, "be cordoned").unwrap_err();
        assert_eq!(error.to_string(), "pods cannot be cordoned");
        let nodes = KindEntry::built_in(kind::by_path("core", "v1", "nodes").unwrap());
        let change = spec_flag(&nodes, "unschedulable", true, "be cordoned").unwrap();
        assert_eq!(change, json!({"spec": {"unschedulable": true}}));
    }
}
