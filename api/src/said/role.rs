//! What a role allows that is easily overlooked.

sentences! { "role":
    READS_SECRETS = "reads-secrets", "It reads Secrets, with all passwords and tokens in them.";
    STARTS_PODS = "starts-pods",
        "It starts pods: a pod can read every Secret of its namespace and act as any of its service accounts.";
    OPENS_SHELLS = "opens-shells", "It opens shells in running containers.";
    MAKES_TOKENS = "makes-tokens", "It makes tokens of service accounts, and so acts as them.";
    SPEAKS_TO_KUBELETS = "speaks-to-kubelets",
        "It speaks to kubelets directly: that is a shell in every container of the node, past admission and audit.";
    MAKES_VOLUMES = "makes-volumes",
        "It makes persistent volumes, and by a hostPath volume reads and writes files of the nodes.";
    GRANTS_RIGHTS = "grants-rights", "It grants rights that it does not have itself (verbs escalate and bind).";
    ACTS_AS_OTHERS = "acts-as-others", "It acts as other people or service accounts (verb impersonate).";
    CHANGES_NAMESPACES = "changes-namespaces",
        "It changes labels of namespaces, and so which pod security and network rules hold in them.";
    REGISTERS_WEBHOOKS = "registers-webhooks",
        "It registers admission webhooks, which read and change every object that is written.";
    VOUCHES_FOR_PEOPLE = "vouches-for-people",
        "It decides which servers vouch for people, and which of their people may sign in: whoever adds a provider can be everybody of it.";
}
