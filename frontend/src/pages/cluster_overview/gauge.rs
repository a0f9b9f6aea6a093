//! The gauges of the overview: how much of what the nodes can give is asked for.

use muster_api::cluster::Capacity;
use muster_api::resource::Health;

/// Percent of the allocatable amount that is asked for; `None` when the nodes offer nothing.
pub fn percent(capacity: Capacity) -> Option<f64> {
    (capacity.allocatable > 0.0).then(|| capacity.requested * 100.0 / capacity.allocatable)
}

/// From when on a gauge asks for a look, and from when on new pods hardly fit.
pub fn health(percent: Option<f64>) -> Health {
    match percent {
        None => Health::Unknown,
        Some(percent) if percent >= 95.0 => Health::Bad,
        Some(percent) if percent >= 80.0 => Health::Warn,
        Some(_) => Health::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_without_nodes_is_not_shown_as_fine() {
        assert_eq!(percent(Capacity::default()), None);
        assert_eq!(health(percent(Capacity::default())), Health::Unknown);
    }

    #[test]
    fn a_full_cluster_stands_out() {
        let capacity = |requested| Capacity {
            allocatable: 10.0,
            requested,
            limits: 0.0,
        };
        assert_eq!(health(percent(capacity(1.0))), Health::Good);
        assert_eq!(health(percent(capacity(8.5))), Health::Warn);
        assert_eq!(health(percent(capacity(11.0))), Health::Bad);
    }
}
