//! Makes sure that the frontend's folder exists (an empty one when nothing was built), and that release builds embed its
//! newest files and all builds the newest migrations.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../migrations");
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo:warning=could not create {}: {error}", dist.display());
    }
    // Debug builds read the files when they are asked for: no reason to build again.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
}
