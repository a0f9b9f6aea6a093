//! Persistent volume claims, persistent volumes and storage classes.

use super::json::{Many, Pairs, Text};
use super::{Cells, HasMetadata, Metadata, SlimKind, shortened};
use crate::resources::columns::{BYTES, ColumnExt as _, column};
use live_table::{Cell, Health};
use muster_api::quantity;
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Quantity, Status as StatusWord, Text as Words, Time};
use serde::Deserialize;

const CLASSES: &str = "storage.k8s.io/v1/storageclasses";
const ATTRIBUTES_CLASSES: &str = "storage.k8s.io/v1/volumeattributesclasses";

/// kubectl's short words for access modes, each once.
fn access_modes(modes: &[Text<'_>]) -> String {
    let mut short: Vec<&str> = Vec::new();
    for (mode, word) in [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ] {
        if modes.iter().any(|given| &**given == mode) {
            short.push(word);
        }
    }
    short.join(",")
}

fn storage(capacity: &Pairs<'_>) -> Option<f64> {
    capacity.get("storage").and_then(quantity::parse)
}

pub(super) struct Claims;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Claim<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: ClaimSpec<'a>,
    #[serde(borrow)]
    status: ClaimStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimSpec<'a> {
    #[serde(borrow)]
    volume_name: Text<'a>,
    #[serde(borrow)]
    storage_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    volume_attributes_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    volume_mode: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimStatus<'a> {
    #[serde(borrow)]
    phase: Text<'a>,
    #[serde(borrow)]
    access_modes: Many<Text<'a>>,
    #[serde(borrow)]
    capacity: Pairs<'a>,
}

impl HasMetadata for Claim<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Claims {
    type Object<'a> = Claim<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("status", "Status", StatusWord),
            column("volume", "Volume", Link).link("core/v1/persistentvolumes"),
            column("capacity", "Capacity", Quantity).unit(BYTES),
            column("access-modes", "Access modes", Words),
            column("storageclass", "StorageClass", Link).link(CLASSES),
            column("volumeattributesclass", "VolumeAttributesClass", Link)
                .link(ATTRIBUTES_CLASSES)
                .priority(2),
            column("age", "Age", Time),
            column("volumemode", "VolumeMode", Words).priority(2),
        ]
    }

    fn cells(claim: &Claim<'_>, cells: &mut Cells) -> Health {
        let (spec, status) = (&claim.spec, &claim.status);
        let deleted = claim.metadata.is_being_deleted();
        cells.text(if deleted { "Terminating" } else { &status.phase });
        cells.text(&spec.volume_name);
        // kubectl shows both only once there is a volume.
        let bound = !spec.volume_name.is_empty();
        cells.quantity(if bound { storage(&status.capacity) } else { None });
        cells.text(&if bound {
            access_modes(&status.access_modes)
        } else {
            String::new()
        });
        cells.optional(spec.storage_class_name.as_ref());
        cells.optional(spec.volume_attributes_class_name.as_ref());
        cells.optional(spec.volume_mode.as_ref());
        match &*status.phase {
            _ if deleted => Health::Busy,
            "Bound" => Health::Good,
            "Lost" => Health::Bad,
            "Pending" => Health::Busy,
            _ => Health::Unknown,
        }
    }
}

pub(super) struct Volumes;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Volume<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: VolumeSpec<'a>,
    #[serde(borrow)]
    status: VolumeStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct VolumeSpec<'a> {
    #[serde(borrow)]
    capacity: Pairs<'a>,
    #[serde(borrow)]
    access_modes: Many<Text<'a>>,
    #[serde(borrow)]
    persistent_volume_reclaim_policy: Text<'a>,
    #[serde(borrow)]
    claim_ref: Option<ClaimReference<'a>>,
    #[serde(borrow)]
    storage_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    volume_attributes_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    volume_mode: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClaimReference<'a> {
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VolumeStatus<'a> {
    #[serde(borrow)]
    phase: Text<'a>,
    #[serde(borrow)]
    reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
}

impl HasMetadata for Volume<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Volumes {
    type Object<'a> = Volume<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("capacity", "Capacity", Quantity).unit(BYTES),
            column("access-modes", "Access modes", Words),
            column("reclaim-policy", "Reclaim policy", Words),
            column("status", "Status", StatusWord),
            column("claim", "Claim", Words),
            column("storageclass", "StorageClass", Link).link(CLASSES),
            column("volumeattributesclass", "VolumeAttributesClass", Link)
                .link(ATTRIBUTES_CLASSES)
                .priority(2),
            column("reason", "Reason", Words).priority(2),
            column("age", "Age", Time),
            column("volumemode", "VolumeMode", Words).priority(2),
            column("message", "Message", Words).priority(3),
        ]
    }

    fn cells(volume: &Volume<'_>, cells: &mut Cells) -> Health {
        let (spec, status) = (&volume.spec, &volume.status);
        let deleted = volume.metadata.is_being_deleted();
        cells.quantity(storage(&spec.capacity));
        cells.text(&access_modes(&spec.access_modes));
        cells.text(&spec.persistent_volume_reclaim_policy);
        cells.text(if deleted { "Terminating" } else { &status.phase });
        let claim = spec.claim_ref.as_ref();
        cells.text(&claim.map_or_else(String::new, |claim| format!("{}/{}", &*claim.namespace, &*claim.name)));
        cells.optional(spec.storage_class_name.as_ref());
        cells.optional(spec.volume_attributes_class_name.as_ref());
        cells.text(&status.reason);
        cells.optional(spec.volume_mode.as_ref());
        cells.push(Cell::text(shortened(&status.message)));
        match &*status.phase {
            _ if deleted => Health::Busy,
            "Bound" | "Available" => Health::Good,
            "Released" => Health::Warn,
            "Failed" => Health::Bad,
            "Pending" => Health::Busy,
            _ => Health::Unknown,
        }
    }
}

pub(super) struct Classes;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Class<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    provisioner: Text<'a>,
    #[serde(borrow)]
    reclaim_policy: Text<'a>,
    #[serde(borrow)]
    volume_binding_mode: Text<'a>,
    allow_volume_expansion: Option<bool>,
}

impl HasMetadata for Class<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Classes {
    type Object<'a> = Class<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("default", "Default", Words),
            column("provisioner", "Provisioner", Words),
            column("reclaimpolicy", "ReclaimPolicy", Words),
            column("volumebindingmode", "VolumeBindingMode", Words),
            column("allowvolumeexpansion", "AllowVolumeExpansion", Words),
            column("age", "Age", Time),
        ]
    }

    fn cells(class: &Class<'_>, cells: &mut Cells) -> Health {
        let is_default = class.metadata.annotations.is_default_class.as_deref() == Some("true");
        cells.text(if is_default { "true" } else { "" });
        cells.text(&class.provisioner);
        cells.text(if class.reclaim_policy.is_empty() {
            "Delete"
        } else {
            &class.reclaim_policy
        });
        cells.text(if class.volume_binding_mode.is_empty() {
            "Immediate"
        } else {
            &class.volume_binding_mode
        });
        cells.text(if class.allow_volume_expansion == Some(true) {
            "true"
        } else {
            "false"
        });
        Health::Good
    }
}
