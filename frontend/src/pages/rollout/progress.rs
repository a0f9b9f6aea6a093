//! How far a rollout is, in numbers for a bar, and how soon it is worth asking again.

use muster_api::rollout::{Rollout, RolloutState};

/// The parts of the bar, each a share of the whole from 0 to 100, drawn one after another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// New pods that are available.
    pub available: f64,
    /// New or ready pods that are not yet available.
    pub coming: f64,
}

/// The bar of a rollout.
pub fn shares(rollout: &Rollout) -> Shares {
    if rollout.desired == 0 {
        return Shares {
            available: 100.0,
            coming: 0.0,
        };
    }
    let of_desired = |count: u32| (f64::from(count) * 100.0 / f64::from(rollout.desired)).min(100.0);
    // While old pods still serve, only the new ones count as done.
    let newest_ready = rollout
        .replica_sets
        .iter()
        .find(|set| set.newest)
        .map_or(rollout.available, |set| set.ready);
    let available = of_desired(newest_ready.min(rollout.available).min(rollout.updated));
    Shares {
        available,
        coming: (of_desired(rollout.updated) - available).max(0.0),
    }
}

/// Seconds until the next look when no change is reported: quick while it moves, slow when it rests.
pub fn seconds_until_next_look(state: Option<RolloutState>) -> u32 {
    match state {
        Some(RolloutState::Progressing | RolloutState::Stuck) => 1,
        Some(RolloutState::Complete | RolloutState::Paused) | None => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(desired: u32, updated: u32, available: u32) -> Rollout {
        Rollout {
            state: RolloutState::Progressing,
            said: Vec::new(),
            desired,
            updated,
            ready: available,
            available,
            replica_sets: Vec::new(),
            events: Vec::new(),
            explanation: None,
            not_seen: Vec::new(),
        }
    }

    #[test]
    fn pods_of_the_old_template_do_not_count_as_done() {
        assert_eq!(
            shares(&rollout(4, 1, 4)),
            Shares {
                available: 25.0,
                coming: 0.0
            }
        );
        assert_eq!(
            shares(&rollout(4, 3, 2)),
            Shares {
                available: 50.0,
                coming: 25.0
            }
        );
    }

    #[test]
    fn more_pods_than_wanted_do_not_overflow_the_bar() {
        assert_eq!(
            shares(&rollout(2, 3, 3)),
            Shares {
                available: 100.0,
                coming: 0.0
            }
        );
        assert_eq!(
            shares(&rollout(0, 0, 0)),
            Shares {
                available: 100.0,
                coming: 0.0
            }
        );
    }
}
