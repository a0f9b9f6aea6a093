//! How memory is given back to the machine.

/// Blocks of this size and above are the machine's again when they are freed, in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const GIVEN_BACK: libc::c_int = 128 * 1024;

/// Has large blocks given back at once; to be called before anything else runs.
///
/// A list comes in pages of megabytes, each of which is freed soon. glibc would learn from the first one to keep such blocks
/// (`mallopt(3)`, the "dynamic mmap threshold"), and what lives long would come to lie between them: a server that watches
/// 10,000 pods held twice the memory that their rows need. Setting the threshold ends the learning.
#[allow(
    unsafe_code,
    reason = "the C library's own setting, of which no crate has a safe form"
)]
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it changes a number of the allocator under the allocator's own lock, and takes no pointers. A refusal (0)
    // leaves everything as it was.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, GIVEN_BACK);
    }
}
