//! Advice on errors of the system: what to do about a disk, a limit or a right.

use std::io::{Error, ErrorKind};

/// Returns what to do about an error of the system, as the end of a sentence.
///
/// # Examples
///
/// ```
/// use polidex_schema::advice::advice_on;
///
/// let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// assert_eq!(advice_on(&full), "free space on the disk");
/// ```
pub fn advice_on(error: &Error) -> &'static str {
    if let Some(advice) = error.raw_os_error().and_then(advice_on_code) {
        return advice;
    }
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free space on the disk",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "check the folder's permissions, and that the disk can be written"
        }
        ErrorKind::OutOfMemory => "free memory",
        _ => "check the folder's permissions and free space",
    }
}

/// Advice on errors that have no kind. Linux, macOS and the BSDs number these three alike.
fn advice_on_code(code: i32) -> Option<&'static str> {
    match code {
        _ if !cfg!(unix) => None,
        5 => Some("the disk or the network folder fails; check it, and copy what matters"),
        23 | 24 => Some("too many files are open; raise the limit (`ulimit -n`)"),
        _ => None,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn limits_and_failing_disks_are_not_taken_for_rights() {
        let on = |code| advice_on(&Error::from_raw_os_error(code));
        assert!(on(24).contains("ulimit -n") && on(23).contains("ulimit -n"));
        assert!(on(5).contains("the disk"));
        assert!(on(28).contains("space") && on(13).contains("permissions"));
        assert!(on(30).contains("permissions"));
    }
}
