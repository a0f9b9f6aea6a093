//! Writes kubeconfigs that lead to a cluster through the console. They hold the console's address and an API token of
//! the console, and nothing of what the console itself uses to reach the cluster.

/// Stands where the token belongs in a kubeconfig without one.
pub const NO_TOKEN: &str = "PUT-YOUR-API-TOKEN-HERE";

/// What a kubeconfig says.
pub struct KubeconfigFile<'a> {
    /// The address of the cluster's API in the console.
    pub server: &'a str,
    /// What the cluster and the context are called.
    pub cluster: &'a str,
    /// Who uses it.
    pub user: &'a str,
    /// The API token; without one the file says where to put it.
    pub token: Option<&'a str>,
}

impl KubeconfigFile<'_> {
    /// The file's text.
    pub fn to_yaml(&self) -> String {
        let (server, cluster) = (quoted(self.server), quoted(self.cluster));
        let user = quoted(&format!("{}@{}", self.user, self.cluster));
        let token = quoted(self.token.unwrap_or(NO_TOKEN));
        let hint = if self.token.is_some() {
            "# The token below is a password: keep this file to yourself. It can be deleted in the console, under API tokens.\n"
                .to_owned()
        } else {
            format!(
                "# Put an API token of yours in the place of {NO_TOKEN}: the console makes one in your account, under API\n\
                 # tokens. Or keep it out of this file: kubectl config set-credentials {user} --token=mst_...\n"
            )
        };
        let warning = if self.server.starts_with("http://") {
            "# WARNING: kubectl sends no token over plain http, only over https: put TLS in front of the console and start \
             it\n# with --public-url https://... Other clients may send it, readable for everyone in between.\n"
        } else {
            ""
        };
        format!(
            "# This kubeconfig leads to the cluster {cluster} through Muster, with your own rights.\n\
             {warning}\
             {hint}\
             apiVersion: v1\n\
             kind: Config\n\
             clusters:\n\
             - name: {cluster}\n  \
               cluster:\n    \
                 server: {server}\n\
             users:\n\
             - name: {user}\n  \
               user:\n    \
                 token: {token}\n\
             contexts:\n\
             - name: {cluster}\n  \
               context:\n    \
                 cluster: {cluster}\n    \
                 user: {user}\n\
             current-context: {cluster}\n"
        )
    }

    /// A name for the file that every system and every HTTP header takes.
    pub fn file_name(&self) -> String {
        let harmless = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let name: String = self
            .cluster
            .chars()
            .map(|character| if harmless(character) { character } else { '-' })
            .collect();
        format!("kubeconfig-{name}.yaml")
    }
}

/// A JSON string, which is a YAML string as well: names cannot break out of it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const FILE: KubeconfigFile<'_> = KubeconfigFile {
        server: "https://console.example.com/k8s/clusters/0b9c",
        cluster: "Berlin: \"blue\"\n# 10",
        user: "ada",
        token: Some("mst_secret"),
    };

    #[test]
    fn names_cannot_break_out_of_their_place() {
        let parsed: Value = serde_saphyr::from_str(&FILE.to_yaml()).unwrap();
        assert_eq!(parsed["clusters"][0]["name"], FILE.cluster);
        assert_eq!(parsed["current-context"], FILE.cluster);
        assert_eq!(parsed["clusters"][0]["cluster"]["server"], FILE.server);
        assert_eq!(parsed["users"][0]["user"]["token"], "mst_secret");
        assert_eq!(parsed["contexts"][0]["context"]["user"], parsed["users"][0]["name"]);
        assert_eq!(FILE.file_name(), "kubeconfig-Berlin---blue----10.yaml");
    }

    #[test]
    fn a_console_without_tls_is_warned_about() {
        assert!(!FILE.to_yaml().contains("WARNING"));
        let server = "http://127.0.0.1:8080/k8s/clusters/0b9c";
        let text = KubeconfigFile { server, ..FILE }.to_yaml();
        assert!(text.contains("kubectl sends no token over plain http"), "{text}");
        let parsed: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(parsed["clusters"][0]["cluster"]["server"], server);
    }

    #[test]
    fn without_a_token_the_file_says_where_to_put_one() {
        let text = KubeconfigFile { token: None, ..FILE }.to_yaml();
        assert!(
            text.lines()
                .any(|line| line.starts_with('#') && line.contains(NO_TOKEN)),
            "{text}"
        );
        let parsed: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(parsed["users"][0]["user"]["token"], NO_TOKEN);
    }
}
