//! How a rollout is.

sentences! { "rollout":
    COUNTS = "counts", "{updated} of {desired} replicas updated, {available} available.";
    PAUSED = "paused", "The rollout is paused.";
    NOT_TAKEN_UP = "not-taken-up", "The change waits for the cluster to take it up.";
    SCALED_TO_ZERO = "scaled-to-zero", "It is scaled to zero: no pods are wanted.";
    COMPLETE = "complete",
        "All {count} replicas are of the newest version and available."
        | "The replica is of the newest version and available.";
    NOTHING_MOVES = "nothing-moves", "Nothing has moved for {seconds} seconds.";
    OLD_ENDS = "old-ends", "{count} pods of older versions end." | "{count} pod of an older version ends.";
}
