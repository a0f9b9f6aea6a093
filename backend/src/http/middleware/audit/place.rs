//! What a request is done to, read from its path: `{cluster}`, `{group}`, … have the same meaning in every route.

use muster_api::audit::AuditAction;
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::audit::Target;
use crate::context::RequestContext;

/// The words that `…/actions/{action}` takes.
const ACTIONS: [AuditAction; 6] = [
    AuditAction::Scale,
    AuditAction::Restart,
    AuditAction::Pause,
    AuditAction::Resume,
    AuditAction::Cordon,
    AuditAction::Uncordon,
];

/// The target of a request, and its action where the path names one. `template` is the route's path.
pub(super) fn find(app: &App, template: &str, path: &str) -> (Target, Option<AuditAction>) {
    let parts = Parts::of(template, path);
    let action = parts.parameter("action");
    let action = action.and_then(|word| ACTIONS.into_iter().find(|action| action.as_str() == word));
    (parts.target(app), action)
}

/// The parts of a path beside those of its route.
struct Parts<'t> {
    template: Vec<&'t str>,
    path: Vec<String>,
}

impl<'t> Parts<'t> {
    fn of(template: &'t str, path: &str) -> Self {
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Self {
            template: template.split('/').collect(),
            path: path.split('/').map(decoded).collect(),
        }
    }

    fn both(&self) -> impl Iterator<Item = (&'t str, &str)> {
        self.template.iter().copied().zip(self.path.iter().map(String::as_str))
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.both()
            .find(|(part, _)| parameter_name(part) == Some(name))
            .map(|(_, value)| value)
    }

    fn target(&self, app: &App) -> Target {
        let Some(cluster) = self.parameter("cluster") else {
            return self.of_console();
        };
        let system = RequestContext::system(app.clock.clone());
        let target = match app.clusters.get(&system, cluster) {
            Ok(known) => Target::in_cluster(known.id.parse().ok(), known.name),
            Err(_) => Target::in_cluster(None, cluster),
        };
        self.in_cluster(target)
    }

    /// `…/resources/{group}/{version}/{resource}/{namespace}/{name}/{subresource}`, whose parts may also be fixed words.
    fn in_cluster(&self, target: Target) -> Target {
        let mut after = self.path.iter().zip(&self.template);
        if !after.any(|(_, part)| *part == "resources") {
            return target;
        }
        let mut value = || after.next().map(|(value, _)| value.clone()).unwrap_or_default();
        let target = target
            .of_kind(value(), value(), value())
            .in_namespace(value())
            .named(value());
        match after.next() {
            Some((word, part)) if parameter_name(part).is_none() && word != "actions" => target.subresource(word),
            _ => target,
        }
    }

    /// `/api/v1/account/tokens/{id}`: the token of this id.
    fn of_console(&self) -> Target {
        let words = self.both().filter(|(part, _)| parameter_name(part).is_none());
        let resource = words.last().map(|(word, _)| word).unwrap_or_default();
        let named = self.both().filter(|(part, _)| parameter_name(part).is_some());
        let name = named.last().map(|(_, value)| value).unwrap_or_default();
        Target::of_console(resource, name)
    }
}

/// The name in braces.
fn parameter_name(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_cluster(template: &str, path: &str) -> Target {
        Parts::of(template, path).in_cluster(Target::in_cluster(None, "berlin"))
    }

    const OBJECT: &str = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}";

    #[test]
    fn an_object_is_read_from_the_path() {
        let berlin = || Target::in_cluster(None, "berlin");
        assert_eq!(
            in_cluster(
                OBJECT,
                "/api/v1/clusters/berlin/resources/apps/v1/deployments/shop/web%2Fa%00"
            ),
            berlin()
                .of_kind("apps", "v1", "deployments")
                .in_namespace("shop")
                .named("web/a\0")
        );
        assert_eq!(
            in_cluster(OBJECT, "/api/v1/clusters/berlin/resources/core/v1/nodes/-/one"),
            berlin().of_kind("core", "v1", "nodes").named("one")
        );
        assert_eq!(
            in_cluster(
                &format!("{OBJECT}/actions/{{action}}"),
                "/api/v1/clusters/berlin/resources/core/v1/nodes/-/one/actions/cordon"
            ),
            berlin().of_kind("core", "v1", "nodes").named("one")
        );
        assert_eq!(
            in_cluster(
                "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/log",
                "/api/v1/clusters/berlin/resources/core/v1/pods/shop/web/log"
            ),
            berlin()
                .of_kind("core", "v1", "pods")
                .in_namespace("shop")
                .named("web")
                .subresource("log")
        );
        assert_eq!(
            in_cluster("/api/v1/clusters/{cluster}/apply", "/api/v1/clusters/berlin/apply"),
            berlin()
        );
    }

    #[test]
    fn things_of_the_console_are_named_by_the_last_word_of_the_path() {
        let of = |template, path| Parts::of(template, path).of_console();
        assert_eq!(
            of("/api/v1/account/tokens/{id}", "/api/v1/account/tokens/7"),
            Target::of_console("tokens", "7")
        );
        assert_eq!(
            of("/api/v1/session", "/api/v1/session"),
            Target::of_console("session", "")
        );
    }
}
