//! Why a log has nothing to show yet, or ends.

sentences! { "log":
    NOT_STARTED = "not-started", "the container {container} has not started yet: {reason}";
    NO_NODE = "no-node", "the container {container} has not started yet: the pod has no node yet";
    NOT_TAKEN_UP = "not-taken-up", "the container {container} has not started yet: its node has not taken it up";
    UNKNOWN = "unknown", "nothing is known of the container {container} yet";
    RUNS = "runs", "the container {container} runs";
    ENDED = "ended", "the container {container} ended with exit code {code}";
    ENDED_BECAUSE = "ended-because", "the container {container} ended with exit code {code} ({reason})";
    ENDED_STARTS_AGAIN = "ended-starts-again",
        "the container {container} ended with exit code {code}; its next start is awaited";
    ENDED_BECAUSE_STARTS_AGAIN = "ended-because-starts-again",
        "the container {container} ended with exit code {code} ({reason}); its next start is awaited";
    GONE = "gone", "the pod is gone";
    WHOLE = "whole", "this is the whole log";
}
