//! The bridge between the real nodes of one cluster and this machine.

use crate::error::{Error, Result};
use crate::run_folder::RunFolder;
use std::net::Ipv4Addr;
use std::process::Command;

/// How many clusters with real nodes one machine can hold at once.
const NETWORKS: u8 = 100;

/// One cluster's addresses. Its bridge is also the machine-wide claim on them.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    index: u8,
}

impl Network {
    /// Claims addresses that nothing on this machine uses, and makes the bridge.
    pub fn create(run: &RunFolder) -> Result<Self> {
        for index in 0..NETWORKS {
            let network = Self { index };
            if network.is_routed()? {
                continue;
            }
            let bridge = network.bridge();
            // Fails when another cluster was quicker: two links cannot have one name.
            if ip(&["link", "add", &bridge, "type", "bridge"]).is_err() {
                continue;
            }
            run.note_link(&bridge)?;
            ip(&["address", "add", &format!("{}/24", network.gateway()), "dev", &bridge])?;
            ip(&["link", "set", &bridge, "up"])?;
            return Ok(network);
        }
        Err(Error::Unsupported(
            "cannot make a network bridge: real nodes need root, iproute2 and a free range in 198.18.0.0/16".to_owned(),
        ))
    }

    /// This machine's address on the bridge.
    pub fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.index, 1)
    }

    /// A node's address on the bridge.
    pub fn node_address(&self, node: u8) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.index, 10 + node)
    }

    /// The addresses of a node's pods.
    pub fn pod_range(&self, node: u8) -> String {
        format!("10.{}.{node}.0/24", 128 + self.index)
    }

    /// The addresses of all pods on real nodes.
    pub fn cluster_range(&self) -> String {
        format!("10.{}.0.0/16", 128 + self.index)
    }

    /// Gives a running node its link, and this machine the way to its pods.
    pub fn connect(&self, run: &RunFolder, node: u8, process: u32) -> Result<()> {
        let link = self.link(node);
        let process = process.to_string();
        // Noted by itself: connections that nobody ends any more keep a dead node's network, and so the link, for minutes.
        run.note_link(&link)?;
        ip(&[
            "link", "add", &link, "type", "veth", "peer", "name", "eth0", "netns", &process,
        ])?;
        ip(&["link", "set", &link, "master", &self.bridge(), "up"])?;
        let (range, address) = (self.pod_range(node), self.node_address(node).to_string());
        ip(&["route", "replace", &range, "via", &address, "dev", &self.bridge()])
    }

    /// Takes a dead node's link away.
    pub fn disconnect(&self, node: u8) {
        // It may have gone with the node.
        let _ = ip(&["link", "delete", &self.link(node)]);
    }

    fn link(&self, node: u8) -> String {
        format!("muster{}-{node}", self.index)
    }

    fn bridge(&self) -> String {
        format!("muster-br{}", self.index)
    }

    fn is_routed(&self) -> Result<bool> {
        let nodes = format!("198.18.{}.0/24", self.index);
        for range in [nodes, self.cluster_range()] {
            if !run(&["-4", "route", "show", "root", &range])?.trim().is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn ip(arguments: &[&str]) -> Result<()> {
    run(arguments).map(|_| ())
}

fn run(arguments: &[&str]) -> Result<String> {
    let output = Command::new("ip")
        .args(arguments)
        .output()
        .map_err(|source| Error::Start {
            program: "ip (package iproute2)".to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Program {
        program: format!("ip {}", arguments.join(" ")),
        detail,
    })
}
