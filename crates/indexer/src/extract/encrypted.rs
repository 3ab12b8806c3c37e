//! Opens Office documents that a password protects ([MS-OFFCRYPTO]): packages of 2007 and later, Word, PowerPoint and Excel
//! from before.
//!
//! In: a compound file and the password of its `password_file`. Out: the package, or the compound file, in the clear. What Excel
//! protects against changes alone is encrypted with a password that everybody has, and is opened without asking.

use std::panic::{AssertUnwindSafe, catch_unwind};

use office_crypto::{DecryptError, decrypt_from_bytes};

use crate::extract::compound::SIGNATURE;
use crate::extract::workbook_password::{decrypt_workbook, holds_workbook};
use crate::skip::SkipReason;

/// Password of what Excel encrypts without asking for one ([MS-OFFCRYPTO] section 2.3.6 names it for workbooks).
const EVERYBODYS: &str = "VelvetSweatshop";

/// Opens `bytes` with `password`; `Err` says that there is none, that it is wrong, or that the encryption is not known.
pub(crate) fn decrypt(bytes: Vec<u8>, password: Option<&str>) -> Result<Vec<u8>, SkipReason> {
    match password {
        None => decrypt_with(bytes, EVERYBODYS).map_err(|_| SkipReason::OfficePassword),
        Some(password) => decrypt_with(bytes.clone(), password)
            .or_else(|reason| decrypt_with(bytes, EVERYBODYS).map_err(|_| reason)),
    }
}

fn decrypt_with(bytes: Vec<u8>, password: &str) -> Result<Vec<u8>, SkipReason> {
    if holds_workbook(&bytes) {
        return decrypt_workbook(&bytes, password);
    }
    let opened = catch_unwind(AssertUnwindSafe(|| decrypt_from_bytes(bytes, password)));
    match opened {
        // A wrong password gives bytes, too, but no document.
        Ok(Ok(bytes)) if is_document(&bytes) => Ok(bytes),
        Ok(Ok(_) | Err(DecryptError::InvalidStructure | DecryptError::Unknown)) => {
            Err(SkipReason::WrongPassword)
        }
        Ok(Err(error)) => Err(SkipReason::DamagedOffice(error.to_string())),
        Err(_) => Err(SkipReason::DamagedOffice(
            "the engine that decrypts it gave up".to_owned(),
        )),
    }
}

fn is_document(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(SIGNATURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_password_nothing_is_tried() {
        assert_eq!(decrypt(Vec::new(), None), Err(SkipReason::OfficePassword));
        assert!(decrypt(vec![0; 600], Some("a")).is_err());
    }
}
