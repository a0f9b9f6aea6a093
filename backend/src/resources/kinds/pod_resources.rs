//! What a pod asks for as a whole: containers and sidecars run together, init containers one after another before them.
//! <https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers>

use super::json::Pairs;
use super::pod::{ContainerSpec, Resources};
use muster_api::quantity;

fn amount(pairs: &Pairs<'_>, resource: &str) -> Option<f64> {
    pairs.get(resource).and_then(quantity::parse)
}

/// The pod's amount of one resource; none when nothing names it.
pub(super) fn total(
    containers: &[ContainerSpec<'_>],
    init_containers: &[ContainerSpec<'_>],
    of_pod: Option<&Resources<'_>>,
    overhead: &Pairs<'_>,
    resource: &str,
    which: impl for<'r, 'a> Fn(&'r Resources<'a>) -> &'r Pairs<'a>,
) -> Option<f64> {
    if let Some(of_pod) = of_pod.and_then(|resources| amount(which(resources), resource)) {
        return Some(of_pod + amount(overhead, resource).unwrap_or(0.0));
    }
    let of = |container: &ContainerSpec<'_>| amount(which(&container.resources), resource);
    let mut named = false;
    let mut sidecars = 0.0;
    let mut most_at_start: f64 = 0.0;
    for container in init_containers {
        let own = of(container);
        named |= own.is_some();
        let own = own.unwrap_or(0.0);
        if container.restart_policy.as_deref() == Some("Always") {
            sidecars += own;
            most_at_start = most_at_start.max(sidecars);
        } else {
            most_at_start = most_at_start.max(sidecars + own);
        }
    }
    let mut running = sidecars;
    for container in containers {
        let own = of(container);
        named |= own.is_some();
        running += own.unwrap_or(0.0);
    }
    named.then(|| running.max(most_at_start) + amount(overhead, resource).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use crate::resources::kinds::tests::{row_of, shown};
    use serde_json::json;

    #[test]
    fn init_containers_only_count_when_they_need_more_than_what_runs_later() {
        let wants = |cpu: &str| json!({"requests": {"cpu": cpu}});
        let requests = |init: serde_json::Value| {
            let pod = json!({"metadata": {"name": "p"}, "spec": {
                "containers": [{"name": "a", "resources": wants("200m")}, {"name": "b", "resources": wants("100m")}],
                "initContainers": init,
                "overhead": {"cpu": "50m"},
            }});
            shown(&row_of("", "pods", &pod).0, "cpu-requests")
        };
        let rounded = |text: String| (text.parse::<f64>().unwrap() * 1000.0).round();
        assert_eq!(rounded(requests(json!([]))), 350.0);
        assert_eq!(
            rounded(requests(json!([{"name": "i", "resources": wants("250m")}]))),
            350.0
        );
        assert_eq!(
            rounded(requests(json!([{"name": "i", "resources": wants("1")}]))),
            1050.0
        );
        let sidecar = json!({"name": "s", "restartPolicy": "Always", "resources": wants("100m")});
        assert_eq!(
            rounded(requests(json!([sidecar, {"name": "i", "resources": wants("1")}]))),
            1150.0
        );
    }

    #[test]
    fn a_pod_that_asks_for_nothing_has_no_amount() {
        let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}]}});
        assert_eq!(shown(&row_of("", "pods", &pod).0, "cpu-requests"), "");
    }
}
