//! Why a pod does not run.

sentences! { "pod":
    WAITS_FOR_FINALIZERS = "waits-for-finalizers", "It is being deleted and waits for its finalizers: {finalizers}.";
    BEING_DELETED = "being-deleted", "It is being deleted; its containers are given time to end.";
    EVICTED = "evicted", "The node ran short of something and ended it. Free the node, or request what the pod really needs.";
    DEADLINE = "deadline", "It ran longer than its active deadline (activeDeadlineSeconds) and was ended.";
    NODE_SHUT_DOWN = "node-shut-down", "Its node was shut down or lost.";
    NODE_REFUSED = "node-refused", "Its node refused it: it does not fit there any more.";
    FAILED = "failed", "It failed.";
    FAILED_BECAUSE = "failed-because", "It failed ({reason}).";
    SANDBOX = "sandbox",
        "The node could not set up the pod's network or sandbox. Look at the network plugin and the container runtime of its node.";
    NODE_SILENT = "node-silent", "Its node {node} does not answer: what the pod does now is not known. Look at the node.";

    STILL_STARTING = "still-starting", "The container {container} runs, but its startup probe does not succeed yet.";
    NOT_READY = "not-ready",
        "The container {container} runs, but its readiness probe fails, so it gets no traffic. Check what the probe asks, and the container's log.";
    GATES_UNMET = "gates-unmet", "Its containers are ready, but its readiness gates are not: {gates}.";
    STILL_PREPARED = "still-prepared", "The pod is still being prepared.";

    OVER_ITS_LIMIT = "over-its-limit",
        "The container {container} took more memory than its limit of {limit} and was killed. Raise the limit, or find what takes it.";
    OVER_THE_NODE = "over-the-node",
        "The container {container} took more memory than its node had and was killed. Set a limit, or find what takes it.";
    KEEPS_ENDING = "keeps-ending", "The container {container} keeps ending.";
    KEEPS_ENDING_WITH = "keeps-ending-with", "The container {container} keeps ending with exit code {code}.";
    ENDED_WITH = "ended-with", "The container {container} ended with exit code {code}.";
    RESTARTED = "restarted", "It was restarted {count} times." | "It was restarted once.";
    LIVENESS = "liveness", "Its liveness probe failed before: the node ends a container whose probe fails.";

    EXIT_WITHOUT_ERROR = "exit-without-error", "It ends by itself without an error, but is meant to keep running.";
    EXIT_ERROR = "exit-error", "The program reported an error; its log should say which.";
    EXIT_ARGUMENTS = "exit-arguments", "The program reported an error, often wrong arguments.";
    EXIT_NOT_EXECUTABLE = "exit-not-executable", "The command was found but cannot be executed.";
    EXIT_NO_COMMAND = "exit-no-command", "The command was not found in the image.";
    EXIT_ILLEGAL = "exit-illegal",
        "The program was stopped by an illegal instruction (SIGILL): is the image for this processor?";
    EXIT_ABORTED = "exit-aborted", "The program aborted itself (SIGABRT).";
    EXIT_KILLED = "exit-killed",
        "It was killed (SIGKILL), by its node, by a failed liveness probe or because a part of it ran out of memory.";
    EXIT_CRASHED = "exit-crashed", "The program crashed on a memory access (SIGSEGV).";
    EXIT_ASKED = "exit-asked", "It was asked to end (SIGTERM).";
    EXIT_SIGNAL = "exit-signal", "It was ended by signal {signal}.";

    NO_KEY = "no-key",
        "The {kind} {name} has no key {key}, which the container {container} needs. Add the key, or change the reference.";
    NO_OBJECT = "no-object",
        "The {kind} {name} does not exist in the namespace {namespace}; the container {container} needs it. Create it, or change the reference.";
    RUNS_AS_ROOT = "runs-as-root",
        "The container {container} must not run as root (runAsNonRoot), but its image does. Set runAsUser, or use another image.";
    BAD_CONFIGURATION = "bad-configuration", "The configuration of the container {container} cannot be used.";
    NO_COMMAND = "no-command", "The container {container} cannot start: the command {command} does not exist in the image.";
    NO_SUCH_COMMAND = "no-such-command", "The container {container} cannot start: its command does not exist in the image.";
    NOT_PERMITTED = "not-permitted",
        "The container {container} cannot start: its command may not be executed (permission denied).";
    POST_START = "post-start", "The container {container} was ended because its postStart hook failed.";
    NOT_STARTED = "not-started", "The node could not start the container {container}.";

    IMAGE_INVALID = "image-invalid", "{image} is not the name of an image. Write it as [registry/]name[:tag].";
    IMAGE_NEVER_FETCHED = "image-never-fetched",
        "The node does not have the image {image}, and the pull policy Never forbids fetching it.";
    IMAGE_UNSIGNED = "image-unsigned", "The signature of the image {image} was not accepted by the node's policy.";
    IMAGE_OTHER_PLATFORM = "image-other-platform", "The image {image} exists, but not for this node's processor architecture.";
    IMAGE_NOT_SHOWN = "image-not-shown",
        "The image {image} does not exist at the registry {registry}, or it may not be read without signing in. Check the name, or add an image pull secret.";
    IMAGE_REFUSED = "image-refused",
        "The registry {registry} refuses to hand out the image {image}. Add an image pull secret, or check the one it uses.";
    IMAGE_NOT_FOUND = "image-not-found",
        "The image {image} does not exist at the registry {registry}. Check its name and tag.";
    REGISTRY_LIMIT = "registry-limit", "The registry {registry} answers no more requests for now: its limit is used up.";
    REGISTRY_UNTRUSTED = "registry-untrusted", "The node does not trust the certificate of the registry {registry}.";
    REGISTRY_PLAIN = "registry-plain", "The registry {registry} speaks plain HTTP, which the node does not accept.";
    REGISTRY_UNREACHABLE = "registry-unreachable",
        "The node cannot reach the registry {registry}. Check the name, and the node's DNS, proxy and firewall.";
    NO_ROOM = "no-room", "The node has no room left for the image.";
    IMAGE_NOT_FETCHED = "image-not-fetched", "The node could not fetch the image {image}.";

    VOLUME_OF_NOTHING = "volume-of-nothing",
        "The {kind} {name} does not exist in the namespace {namespace}; the volume {volume} is made of it. Create it, or change the volume.";
    VOLUME_KEY = "volume-key", "A key that the volume {volume} names does not exist. Add the key, or change the volume.";
    VOLUME_TAKEN = "volume-taken",
        "The volume {volume} is attached to another node, and only one may have it. Wait until the pod there is gone, or let only one node use it.";
    VOLUME_PATH = "volume-path", "The volume {volume} is a path of the node that is not there, or not what it should be.";
    VOLUME_NOT_MOUNTED = "volume-not-mounted", "The volume {volume} could not be mounted.";
    SOME_VOLUME = "some-volume", "A volume could not be mounted.";

    QUOTA_USED_UP = "quota-used-up",
        "The namespace's quota is used up: no more pods are made. Ask for less, or raise the quota.";
    QUOTA_WANTS_REQUESTS = "quota-wants-requests",
        "The namespace's quota wants every pod to say what it requests. Fill in CPU and memory requests and limits.";
    POD_SECURITY = "pod-security", "The namespace's pod security rules refuse the pods.";
    REFUSED = "refused", "The cluster refuses to make the pods.";
}
