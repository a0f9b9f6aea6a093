//! The images of a test cluster, made here from programs of this machine: there is no registry to fetch them from.

use crate::binaries::Binary;
use crate::cache;
use crate::error::{Error, FileContext, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tar::{Builder, EntryType, Header};

const BUSYBOX: &str = "/bin/busybox";
/// The sandbox image that containerd is told to use.
pub(crate) const PAUSE: &str = "registry.k8s.io/pause:3.10.2";
/// The image of the cluster's DNS server.
pub(crate) const COREDNS: &str = "registry.k8s.io/coredns/coredns:v1.14.6";
/// Waits for the signal to end; `-v` asks for a version, as with the image that it stands for.
const PAUSE_SCRIPT: &str = "[ \"$1\" = -v ] && exit 0; trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";

/// The images of a cluster: manifests by reference and by digest, everything else by digest in files.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Images {
    /// `docker.io/library/busybox:1.36` and the like, with the digest of its manifest.
    pub tags: HashMap<String, String>,
}

/// The folder with the blobs and what is in it, made when it is not in the cache.
pub(crate) async fn prepare() -> Result<(PathBuf, Images)> {
    let coredns = Binary::COREDNS.path().await?;
    crate::binaries::run_blocking(move || prepare_blocking(&coredns)).await
}

fn prepare_blocking(coredns: &Path) -> Result<(PathBuf, Images)> {
    let busybox = Path::new(BUSYBOX);
    let read = fs::metadata(busybox)
        .map_err(|_| Error::Unsupported(format!("{BUSYBOX} is missing: install Debian's package busybox-static")))?;
    // A newer busybox makes other images.
    let folder = cache::subfolder(&format!("testbed/images-2-coredns-1.14.6-busybox-{}", read.mtime()))?;
    let index = folder.join("index.json");
    let _lock = cache::lock("images")?;
    if let Ok(text) = fs::read(&index)
        && let Ok(images) = serde_json::from_slice(&text)
    {
        return Ok((folder, images));
    }
    let images = Writer {
        folder: &folder,
        images: Images::default(),
    }
    .write_all(busybox, coredns)?;
    let text = serde_json::to_vec(&images).map_err(|error| Error::Unsupported(error.to_string()))?;
    cache::write_atomically(&index, &text)?;
    Ok((folder, images))
}

struct Writer<'a> {
    folder: &'a Path,
    images: Images,
}

impl Writer<'_> {
    fn write_all(mut self, busybox: &Path, coredns: &Path) -> Result<Images> {
        let shell = self.layer(|layer| add_busybox(layer, busybox))?;
        self.image(
            &[PAUSE],
            &[&shell],
            &json!({ "Entrypoint": ["/bin/sh", "-c", PAUSE_SCRIPT, "pause"] }),
        )?;
        let tags = ["latest", "stable", "1", "1.36", "1.37"].map(|tag| format!("docker.io/library/busybox:{tag}"));
        self.image(
            &tags.each_ref().map(String::as_str),
            &[&shell],
            &json!({ "Cmd": ["sh"] }),
        )?;
        for (tag, extra) in [("1.0", None), ("1.1", None), ("2.0", Some("latest"))] {
            let page = self.layer(|layer| {
                add_folder(layer, "www")?;
                let text = format!("<!doctype html><title>Web {tag}</title><h1>It works</h1><p>Version {tag}</p>\n");
                add_file(layer, "www/index.html", text.as_bytes(), 0o644)
            })?;
            let tags: Vec<_> = [Some(tag), extra].into_iter().flatten().map(web).collect();
            let tags: Vec<_> = tags.iter().map(String::as_str).collect();
            let configuration = json!({
                "Cmd": ["httpd", "-f", "-vv", "-p", "8080", "-h", "/www"],
                "ExposedPorts": { "8080/tcp": {} },
            });
            self.image(&tags, &[&shell, &page], &configuration)?;
        }
        let server = self.layer(|layer| {
            let content = fs::read(coredns)?;
            add_file(layer, "coredns", &content, 0o755)
        })?;
        self.image(&[COREDNS], &[&server], &json!({ "Entrypoint": ["/coredns"] }))?;
        Ok(self.images)
    }

    fn layer(&self, fill: impl FnOnce(&mut Builder<Vec<u8>>) -> io::Result<()>) -> Result<Value> {
        let mut layer = Builder::new(Vec::new());
        let content = fill(&mut layer)
            .and_then(|()| layer.into_inner())
            .file("make an image layer in", self.folder)?;
        self.blob(&content, "application/vnd.oci.image.layer.v1.tar")
    }

    fn image(&mut self, tags: &[&str], layers: &[&Value], configuration: &Value) -> Result<()> {
        let mut configuration = configuration.clone();
        configuration["Env"] = json!(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
        let digests: Vec<_> = layers.iter().map(|layer| &layer["digest"]).collect();
        let history: Vec<_> = layers
            .iter()
            .map(|_| json!({ "created_by": "muster testbed" }))
            .collect();
        let configuration = json!({
            "architecture": architecture(),
            "os": "linux",
            "config": configuration,
            "rootfs": { "type": "layers", "diff_ids": digests },
            "history": history,
        });
        let configuration = self.blob(
            configuration.to_string().as_bytes(),
            "application/vnd.oci.image.config.v1+json",
        )?;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": configuration,
            "layers": layers,
        });
        let manifest = self.blob(manifest.to_string().as_bytes(), MANIFEST)?;
        for tag in tags {
            self.images.tags.insert(
                (*tag).to_owned(),
                manifest["digest"].as_str().unwrap_or_default().to_owned(),
            );
        }
        Ok(())
    }

    /// Stores content under its digest and answers its descriptor.
    fn blob(&self, content: &[u8], media_type: &str) -> Result<Value> {
        let name = hex::encode(Sha256::digest(content));
        cache::write_atomically(&self.folder.join(&name), content)?;
        Ok(json!({ "mediaType": media_type, "digest": format!("sha256:{name}"), "size": content.len() }))
    }
}

/// The media type of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

fn web(tag: &str) -> String {
    format!("docker.io/muster/web:{tag}")
}

fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    }
}

fn add_busybox(layer: &mut Builder<Vec<u8>>, busybox: &Path) -> io::Result<()> {
    for folder in ["bin", "etc", "root", "tmp", "var"] {
        add_folder(layer, folder)?;
    }
    add_file(
        layer,
        "etc/passwd",
        b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
        0o644,
    )?;
    add_file(layer, "etc/group", b"root:x:0:\nnogroup:x:65534:\n", 0o644)?;
    let mut content = Vec::new();
    io::copy(&mut File::open(busybox)?, &mut content)?;
    add_file(layer, "bin/busybox", &content, 0o755)?;
    let applets = Command::new(busybox).arg("--list").output()?.stdout;
    for applet in String::from_utf8_lossy(&applets)
        .lines()
        .filter(|applet| *applet != "busybox")
    {
        let mut header = header(0, 0o777, EntryType::Symlink);
        layer.append_link(&mut header, format!("bin/{applet}"), "busybox")?;
    }
    Ok(())
}

fn add_folder(layer: &mut Builder<Vec<u8>>, path: &str) -> io::Result<()> {
    let mode = if path == "tmp" { 0o1777 } else { 0o755 };
    layer.append_data(
        &mut header(0, mode, EntryType::Directory),
        format!("{path}/"),
        io::empty(),
    )
}

fn add_file(layer: &mut Builder<Vec<u8>>, path: &str, content: &[u8], mode: u32) -> io::Result<()> {
    layer.append_data(&mut header(content.len(), mode, EntryType::Regular), path, content)
}

/// Without times and owners, the same content always has the same digest.
fn header(size: usize, mode: u32, kind: EntryType) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(size as u64);
    header.set_mode(mode);
    header.set_entry_type(kind);
    header
}
