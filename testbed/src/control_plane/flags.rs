//! What kube-apiserver is told.

use super::{API_SERVICE_ADDRESS, SERVICE_RANGE};
use crate::cache;
use crate::certificates::{Authority, TokenKeys};
use crate::error::Result;
use std::net::Ipv4Addr;
use std::path::Path;

/// Who is asked by the API server, too, when RBAC does not allow something.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum OtherAuthorizer {
    /// A service at this address (Kubernetes documentation, "Webhook mode").
    Webhook(String),
    /// These policies, a JSON object a line (Kubernetes documentation, "Using ABAC Authorization").
    Policies(String),
}

/// Writes the apiserver's files and tells the flags that name them.
pub(super) fn api_server_flags(
    folder: &Path,
    authority: &Authority,
    token: &str,
    node_address: Option<Ipv4Addr>,
    other_authorizer: Option<&OtherAuthorizer>,
) -> Result<Vec<String>> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", API_SERVICE_ADDRESS]
        .map(str::to_owned)
        .to_vec();
    names.extend(["", ".default", ".default.svc", ".default.svc.cluster.local"].map(|end| format!("kubernetes{end}")));
    names.extend(node_address.map(|address| address.to_string()));
    let serving = authority.sign("kube-apiserver", "kube-apiserver", None, &names)?;
    let kubelet = authority.sign(
        "kubelet-client",
        "kube-apiserver-kubelet-client",
        Some("system:masters"),
        &[],
    )?;
    let aggregator = authority.sign("front-proxy-client", "front-proxy-client", None, &[])?;
    let keys = TokenKeys::create(folder)?;
    let (tokens, policy) = (folder.join("tokens.csv"), folder.join("audit-policy.yaml"));
    cache::write_private(&tokens, format!("{token},admin,admin,\"system:masters\"\n").as_bytes())?;
    cache::write_atomically(&policy, AUDIT_POLICY.as_bytes())?;
    let ca = authority.identity().certificate.display();
    let mut flags = vec![
        "--bind-address=127.0.0.1".to_owned(),
        format!("--service-cluster-ip-range={SERVICE_RANGE}"),
        "--enable-admission-plugins=NodeRestriction".to_owned(),
        "--allow-privileged=true".to_owned(),
        format!("--token-auth-file={}", tokens.display()),
        format!("--client-ca-file={ca}"),
        format!("--tls-cert-file={}", serving.certificate.display()),
        format!("--tls-private-key-file={}", serving.key.display()),
        format!("--kubelet-certificate-authority={ca}"),
        format!("--kubelet-client-certificate={}", kubelet.certificate.display()),
        format!("--kubelet-client-key={}", kubelet.key.display()),
        "--kubelet-preferred-address-types=InternalIP".to_owned(),
        format!("--requestheader-client-ca-file={ca}"),
        "--requestheader-allowed-names=front-proxy-client".to_owned(),
        "--requestheader-username-headers=X-Remote-User".to_owned(),
        "--requestheader-group-headers=X-Remote-Group".to_owned(),
        "--requestheader-extra-headers-prefix=X-Remote-Extra-".to_owned(),
        format!("--proxy-client-cert-file={}", aggregator.certificate.display()),
        format!("--proxy-client-key-file={}", aggregator.key.display()),
        // This machine has routes to pods, but none to the addresses of Services.
        "--enable-aggregator-routing=true".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--service-account-signing-key-file={}", keys.private.display()),
        format!("--service-account-key-file={}", keys.public.display()),
        format!("--audit-policy-file={}", policy.display()),
        format!("--audit-log-path={}", folder.join("audit.log").display()),
        "--audit-log-maxsize=100".to_owned(),
        "--audit-log-maxbackup=1".to_owned(),
        "--max-requests-inflight=2000".to_owned(),
        "--max-mutating-requests-inflight=1000".to_owned(),
    ];
    match other_authorizer {
        None => flags.push("--authorization-mode=Node,RBAC".to_owned()),
        Some(OtherAuthorizer::Policies(policies)) => {
            let file = folder.join("authorization-policies.jsonl");
            cache::write_atomically(&file, policies.as_bytes())?;
            flags.push("--authorization-mode=Node,RBAC,ABAC".to_owned());
            flags.push(format!("--authorization-policy-file={}", file.display()));
        }
        Some(OtherAuthorizer::Webhook(url)) => {
            let file = folder.join("authorization-webhook.yaml");
            cache::write_atomically(&file, webhook_kubeconfig(url).as_bytes())?;
            flags.push("--authorization-mode=Node,RBAC,Webhook".to_owned());
            flags.push("--authorization-webhook-version=v1".to_owned());
            flags.push(format!("--authorization-webhook-config-file={}", file.display()));
            for answer in ["authorized", "unauthorized"] {
                flags.push(format!("--authorization-webhook-cache-{answer}-ttl=1s"));
            }
        }
    }
    match node_address {
        Some(address) => flags.push(format!("--advertise-address={address}")),
        // Nobody but this machine asks, and a loopback address is no valid endpoint.
        None => flags.push("--endpoint-reconciler-type=none".to_owned()),
    }
    Ok(flags)
}

/// Where the API server asks when RBAC does not allow something (Kubernetes documentation, "Webhook mode").
fn webhook_kubeconfig(url: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nclusters: [{{name: webhook, cluster: {{server: \"{url}\"}}}}]\n\
         users: [{{name: api-server}}]\ncontexts: [{{name: webhook, context: {{cluster: webhook, user: api-server}}}}]\n\
         current-context: webhook\n"
    )
}

/// Who did what, without the chatter of the cluster's own parts and without any body.
const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  userGroups: [system:nodes]
- level: None
  users:
  - system:apiserver
  - system:kube-controller-manager
  - system:kube-scheduler
  - system:kube-proxy
  - system:kwok
- level: None
  userGroups: [system:serviceaccounts:kube-system]
- level: Metadata
";
