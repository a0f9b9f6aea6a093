//! Services, ingresses and endpoint slices.

use super::json::{Many, Pairs, Text};
use super::{Cells, HasMetadata, Metadata, SlimKind};
use crate::resources::columns::{ColumnExt as _, column};
use live_table::Health;
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Text as Words, Time};
use serde::Deserialize;

pub(super) struct Services;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Service<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: ServiceSpec<'a>,
    #[serde(borrow)]
    status: BalancedStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServiceSpec<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "clusterIP")]
    cluster_ip: Text<'a>,
    #[serde(borrow, rename = "externalIPs")]
    external_ips: Many<Text<'a>>,
    #[serde(borrow)]
    external_name: Text<'a>,
    #[serde(borrow)]
    ports: Many<ServicePort<'a>>,
    #[serde(borrow)]
    selector: Pairs<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServicePort<'a> {
    port: u32,
    node_port: Option<u32>,
    #[serde(borrow)]
    protocol: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BalancedStatus<'a> {
    #[serde(borrow)]
    load_balancer: LoadBalancer<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LoadBalancer<'a> {
    #[serde(borrow)]
    ingress: Many<BalancerAddress<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BalancerAddress<'a> {
    #[serde(borrow)]
    ip: Text<'a>,
    #[serde(borrow)]
    hostname: Text<'a>,
}

impl LoadBalancer<'_> {
    fn addresses(&self) -> Vec<&str> {
        let mut addresses = Vec::new();
        for address in self.ingress.iter() {
            let text: &str = if address.ip.is_empty() {
                &address.hostname
            } else {
                &address.ip
            };
            if !text.is_empty() && !addresses.contains(&text) {
                addresses.push(text);
            }
        }
        addresses
    }
}

impl HasMetadata for Service<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

const PENDING: &str = "<pending>";

impl SlimKind for Services {
    type Object<'a> = Service<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("type", "Type", Words),
            column("cluster-ip", "Cluster-IP", Words),
            column("external-ip", "External-IP", Words),
            column("ports", "Port(s)", Words),
            column("age", "Age", Time),
            column("selector", "Selector", Words).priority(2),
        ]
    }

    fn cells(service: &Service<'_>, cells: &mut Cells) -> Health {
        let spec = &service.spec;
        let external = external_addresses(service);
        cells.text(&spec.kind);
        cells.text(&spec.cluster_ip);
        cells.text(&external);
        let ports = spec.ports.iter().map(|port| match port.node_port {
            Some(node_port) if node_port > 0 => format!("{}:{node_port}/{}", port.port, &*port.protocol),
            _ => format!("{}/{}", port.port, &*port.protocol),
        });
        cells.text(&ports.collect::<Vec<_>>().join(","));
        cells.text(&spec.selector.join());
        if external == PENDING {
            Health::Busy
        } else {
            Health::Good
        }
    }
}

fn external_addresses(service: &Service<'_>) -> String {
    let spec = &service.spec;
    let mut addresses: Vec<&str> = Vec::new();
    match &*spec.kind {
        "ExternalName" => return spec.external_name.to_string(),
        "LoadBalancer" => addresses.extend(service.status.load_balancer.addresses()),
        _ => {}
    }
    addresses.extend(spec.external_ips.iter().map(|address| &**address));
    if addresses.is_empty() && &*spec.kind == "LoadBalancer" {
        return PENDING.to_owned();
    }
    addresses.join(",")
}

pub(super) struct Ingresses;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ingress<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: IngressSpec<'a>,
    #[serde(borrow)]
    status: BalancedStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IngressSpec<'a> {
    #[serde(borrow)]
    ingress_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    rules: Many<IngressRule<'a>>,
    tls: Many<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IngressRule<'a> {
    #[serde(borrow)]
    host: Text<'a>,
}

impl HasMetadata for Ingress<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

/// kubectl lists three and counts the rest.
const MOST_LISTED: usize = 3;

fn listed(all: &[&str]) -> String {
    let first = all.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(",");
    match all.len().saturating_sub(MOST_LISTED) {
        0 => first,
        more => format!("{first} + {more} more..."),
    }
}

impl SlimKind for Ingresses {
    type Object<'a> = Ingress<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("class", "Class", Words),
            column("hosts", "Hosts", Words),
            column("address", "Address", Words),
            column("ports", "Ports", Words),
            column("age", "Age", Time),
        ]
    }

    fn cells(ingress: &Ingress<'_>, cells: &mut Cells) -> Health {
        let spec = &ingress.spec;
        cells.optional(spec.ingress_class_name.as_ref());
        let hosts: Vec<&str> = spec
            .rules
            .iter()
            .map(|rule| &*rule.host)
            .filter(|host| !host.is_empty())
            .collect();
        cells.text(&if hosts.is_empty() {
            "*".to_owned()
        } else {
            listed(&hosts)
        });
        let addresses = ingress.status.load_balancer.addresses();
        cells.text(&addresses.join(","));
        cells.text(if spec.tls.is_empty() { "80" } else { "80, 443" });
        if addresses.is_empty() {
            Health::Busy
        } else {
            Health::Good
        }
    }
}

pub(super) struct EndpointSlices;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct EndpointSlice<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    address_type: Text<'a>,
    #[serde(borrow)]
    endpoints: Many<Endpoint<'a>>,
    #[serde(borrow)]
    ports: Many<EndpointPort<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Endpoint<'a> {
    #[serde(borrow)]
    addresses: Many<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EndpointPort<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    port: Option<u32>,
}

impl HasMetadata for EndpointSlice<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for EndpointSlices {
    type Object<'a> = EndpointSlice<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("addresstype", "AddressType", Words),
            column("ports", "Ports", Words),
            column("endpoints", "Endpoints", Words),
            column("age", "Age", Time),
            column("service", "Service", Link).link("core/v1/services").priority(1),
        ]
    }

    fn cells(slice: &EndpointSlice<'_>, cells: &mut Cells) -> Health {
        cells.text(&slice.address_type);
        let ports: Vec<String> = slice
            .ports
            .iter()
            .map(|port| match (port.port, &port.name) {
                (Some(number), _) => number.to_string(),
                (None, Some(name)) => name.to_string(),
                (None, None) => "*".to_owned(),
            })
            .collect();
        let ports: Vec<&str> = ports.iter().map(String::as_str).collect();
        cells.text(&if ports.is_empty() {
            "<unset>".to_owned()
        } else {
            listed(&ports)
        });
        let addresses: Vec<&str> = slice
            .endpoints
            .iter()
            .flat_map(|endpoint| endpoint.addresses.iter().map(|address| &**address))
            .collect();
        cells.text(&if addresses.is_empty() {
            "<unset>".to_owned()
        } else {
            listed(&addresses)
        });
        cells.text(
            slice
                .metadata
                .labels
                .get("kubernetes.io/service-name")
                .unwrap_or_default(),
        );
        if addresses.is_empty() {
            Health::Warn
        } else {
            Health::Good
        }
    }
}
