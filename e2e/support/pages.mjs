// Every page of the console, with an address that has something to show. Each is looked at in all languages, themes and
// widths, and checked by axe-core.

/** Pages that anyone may open. `firstStart` is the link that a console prints which nobody has used yet. */
export const publicPages = [
  { name: "first-start", address: ({ firstStart }) => firstStart },
  { name: "first-start-without-a-code", address: () => "/first-start" },
  { name: "sign-in", address: () => "/sign-in" },
  { name: "sign-in-problem", address: () => "/sign-in?problem=not-admitted" },
];

const kinds = [
  ["core/v1", "pods"],
  ["apps/v1", "deployments"],
  ["apps/v1", "replicasets"],
  ["apps/v1", "statefulsets"],
  ["apps/v1", "daemonsets"],
  ["batch/v1", "jobs"],
  ["batch/v1", "cronjobs"],
  ["core/v1", "services"],
  ["discovery.k8s.io/v1", "endpointslices"],
  ["networking.k8s.io/v1", "ingresses"],
  ["core/v1", "configmaps"],
  ["core/v1", "secrets"],
  ["core/v1", "persistentvolumes"],
  ["core/v1", "persistentvolumeclaims"],
  ["storage.k8s.io/v1", "storageclasses"],
  ["core/v1", "nodes"],
  ["core/v1", "namespaces"],
  ["core/v1", "events"],
  ["core/v1", "serviceaccounts"],
];

/** Pages of whoever has no right at all. */
export const pagesOfAStranger = [
  { name: "stranger-clusters", address: () => "/clusters" },
  { name: "stranger-list", address: ({ cluster }) => `/clusters/${cluster}/core/v1/pods` },
  { name: "stranger-settings", address: () => "/settings/users" },
];

/** Pages of whoever may read in one namespace of the cluster. */
export const pagesOfAViewer = [
  { name: "viewer-cluster", address: ({ cluster }) => `/clusters/${cluster}` },
  { name: "viewer-pods", address: ({ cluster }) => `/clusters/${cluster}/core/v1/pods` },
  { name: "viewer-nodes", address: ({ cluster }) => `/clusters/${cluster}/core/v1/nodes` },
  { name: "viewer-deployment", address: ({ cluster, namespace, deployment }) => `/clusters/${cluster}/apps/v1/deployments/${namespace}/${deployment}` },
  { name: "viewer-deploy", address: ({ cluster }) => `/clusters/${cluster}/deploy` },
];

/** Pages about `away`, a cluster that does not answer. */
export const pagesOfAClusterThatIsAway = [
  { name: "away-clusters", address: () => "/clusters" },
  { name: "away-cluster", address: ({ away }) => `/clusters/${away}` },
  { name: "away-list", address: ({ away }) => `/clusters/${away}/core/v1/pods` },
  { name: "away-object", address: ({ away }) => `/clusters/${away}/core/v1/pods/default/one` },
  { name: "away-deploy", address: ({ away }) => `/clusters/${away}/deploy` },
];

/** Pages of someone who is signed in. `subject` names a cluster, and a Deployment there with one of its pods. */
export const pages = [
  { name: "clusters", address: () => "/clusters" },
  { name: "clusters-new", address: () => "/clusters/new" },
  { name: "cluster", address: ({ cluster }) => `/clusters/${cluster}` },
  ...kinds.map(([version, resource]) => ({
    name: `list-${resource}`,
    address: ({ cluster }) => `/clusters/${cluster}/${version}/${resource}`,
  })),
  { name: "list-pods-of-all-clusters", address: () => "/resources/core/v1/pods" },
  { name: "list-empty", address: ({ cluster }) => `/clusters/${cluster}/core/v1/pods?filter=name%3Dnothing-has-this-name` },
  { name: "list-of-an-unknown-kind", address: ({ cluster }) => `/clusters/${cluster}/example.org/v1/nothings` },
  ...["overview", "yaml", "events", "related", "logs"].map((tab) => ({
    name: `pod-${tab}`,
    address: ({ cluster, namespace, pod }) => `/clusters/${cluster}/core/v1/pods/${namespace}/${pod}?tab=${tab}`,
  })),
  { name: "pod-that-does-not-run", address: ({ cluster, namespace }) => `/clusters/${cluster}/core/v1/pods/${namespace}/broken` },
  ...["overview", "yaml", "related"].map((tab) => ({
    name: `deployment-${tab}`,
    address: ({ cluster, namespace, deployment }) =>
      `/clusters/${cluster}/apps/v1/deployments/${namespace}/${deployment}?tab=${tab}`,
  })),
  { name: "object-that-is-not-there", address: ({ cluster }) => `/clusters/${cluster}/core/v1/pods/default/not-there` },
  { name: "deploy", address: ({ cluster }) => `/clusters/${cluster}/deploy` },
  {
    name: "rollout",
    address: ({ cluster, namespace, deployment }) => `/clusters/${cluster}/rollout/${namespace}/${deployment}`,
  },
  { name: "apply", address: ({ cluster }) => `/clusters/${cluster}/apply` },
  { name: "account", address: () => "/account" },
  { name: "audit", address: () => "/audit" },
  { name: "audit-event", address: () => "/audit?open=1" },
  { name: "projects", address: ({ cluster }) => `/clusters/${cluster}/projects` },
  { name: "project-new", address: ({ cluster }) => `/clusters/${cluster}/projects/new` },
  { name: "project-that-is-not-there", address: ({ cluster }) => `/clusters/${cluster}/projects/not-there` },
  ...["providers", "providers/new", "users", "users/not-there", "groups", "roles", "roles/new", "bindings"].map((page) => ({
    name: `settings-${page.replace("/", "-")}`,
    address: () => `/settings/${page}`,
  })),
  ...["active-directory", "openldap", "freeipa", "github", "github-enterprise", "oidc"].map((template) => ({
    name: `provider-${template}`,
    address: () => `/settings/providers/new?template=${template}`,
  })),
  { name: "no-such-page", address: () => "/there/is/no/such/page" },
];
