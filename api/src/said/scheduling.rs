//! Why the scheduler finds no node for a pod.

sentences! { "scheduling":
    GATED = "gated", "It is held back by its scheduling gates: {gates}.";
    NO_NODES = "no-nodes", "The cluster has no nodes that pods could run on.";
    WAITS_FOR_A_CLAIM = "waits-for-a-claim", "It waits for a volume claim that does not exist or is not ready.";
    NO_NODE_FOUND = "no-node-found", "The scheduler found no node for it.";
    NONE_TAKES_IT = "none-takes-it", "None of {count} nodes takes it." | "The only node does not take it.";

    NOT_ENOUGH = "not-enough", "{count} nodes have not enough {resource} left." | "{count} node has not enough {resource} left.";
    NOT_READY = "not-ready", "{count} nodes are not ready." | "{count} node is not ready.";
    UNREACHABLE = "unreachable", "{count} nodes do not answer." | "{count} node does not answer.";
    CORDONED = "cordoned", "{count} nodes are cordoned." | "{count} node is cordoned.";
    SOME_TAINT = "some-taint",
        "{count} nodes have a taint that the pod does not tolerate."
        | "{count} node has a taint that the pod does not tolerate.";
    TAINT = "taint",
        "{count} nodes have the taint {taint}, which the pod does not tolerate."
        | "{count} node has the taint {taint}, which the pod does not tolerate.";
    SELECTOR = "selector",
        "{count} nodes do not match its node selector or affinity."
        | "{count} node does not match its node selector or affinity.";
    ANTI_AFFINITY = "anti-affinity",
        "{count} nodes run a pod that it must not share a node with (anti-affinity)."
        | "{count} node runs a pod that it must not share a node with (anti-affinity).";
    AFFINITY = "affinity",
        "{count} nodes do not run the pods that it wants to be near (affinity)."
        | "{count} node does not run the pods that it wants to be near (affinity).";
    SPREAD = "spread",
        "{count} nodes would break its topology spread constraints."
        | "{count} node would break its topology spread constraints.";
    HOST_PORT = "host-port", "{count} nodes have the host port taken already." | "{count} node has the host port taken already.";
    TOO_MANY_PODS = "too-many-pods", "{count} nodes have as many pods as allowed." | "{count} node has as many pods as allowed.";
    VOLUME_ELSEWHERE = "volume-elsewhere",
        "{count} nodes cannot reach its volume, which belongs to another zone or node."
        | "{count} node cannot reach its volume, which belongs to another zone or node.";
    UNBOUND_CLAIMS = "unbound-claims",
        "{count} nodes cannot be chosen before its volume claims have a volume."
        | "{count} node cannot be chosen before its volume claims have a volume.";
    CANNOT_BE_CHOSEN = "cannot-be-chosen", "{count} nodes cannot be chosen: {reason}." | "{count} node cannot be chosen: {reason}.";

    ASK_FOR_LESS = "ask-for-less", "Ask for less, remove something, or add a node.";
    LOOK_AT_CLAIMS = "look-at-claims", "Look at the claims: is there a storage class that makes volumes for them?";
    TOLERATE = "tolerate", "Add a toleration, or remove the taint.";
    CHANGE_SELECTOR = "change-selector", "Change the selector or affinity, or label a node.";
}
