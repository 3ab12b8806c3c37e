//! Opens Office documents that a password protects ([MS-OFFCRYPTO]): packages of 2007 and later, Word, PowerPoint and Excel
//! from before.
//!
//! In: a compound file and the password of its `password_file`. Out: the package, or the compound file, in the clear. What Excel
//! protects against changes alone is encrypted with a password that everybody has, and is opened without asking.

use std::panic::{AssertUnwindSafe, catch_unwind};

use msoffice_crypto::{Error, IntegrityPolicy, decrypt_binary_office, decrypt_ooxml_with_policy};

use crate::extract::compound::{CompoundKind, compound_kind};
use crate::skip::SkipReason;

/// Password of what Excel encrypts without asking for one ([MS-OFFCRYPTO] section 2.3.6 names it for workbooks).
const EVERYBODYS: &str = "VelvetSweatshop";

/// Opens `bytes` with `password`; `Err` says that there is none, that it is wrong, or that the encryption is not known.
pub(crate) fn decrypt(bytes: &[u8], password: Option<&str>) -> Result<Vec<u8>, SkipReason> {
    let Some(password) = password else {
        return decrypt_with(bytes, EVERYBODYS).map_err(|reason| match reason {
            SkipReason::WrongPassword => SkipReason::OfficePassword,
            reason => reason,
        });
    };
    match decrypt_with(bytes, password) {
        Err(SkipReason::WrongPassword) => decrypt_with(bytes, EVERYBODYS),
        opened => opened,
    }
}

fn decrypt_with(bytes: &[u8], password: &str) -> Result<Vec<u8>, SkipReason> {
    let open = || match compound_kind(bytes) {
        // A package has sums of its own, so the one over all of it is not asked.
        CompoundKind::Encrypted => {
            decrypt_ooxml_with_policy(bytes, password, IntegrityPolicy::Skip)
                .map(|decrypted| decrypted.package)
        }
        _ => decrypt_binary_office(bytes, password),
    };
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(opened)) => Ok(opened),
        Ok(Err(Error::WrongPassword)) => Err(SkipReason::WrongPassword),
        Ok(Err(error)) => Err(SkipReason::DamagedOffice(error.to_string())),
        Err(_) => Err(SkipReason::DamagedOffice(
            "the engine that decrypts it gave up".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use msoffice_crypto::{EncryptParams, HashAlgorithm, encrypt_ooxml_standard};
    use msoffice_crypto::{encrypt_ooxml, encrypt_ooxml_with_params};

    use super::*;

    /// A package with nothing in it.
    const PACKAGE: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    #[test]
    fn packages_of_every_release_of_office_are_opened() {
        // Office 2010 wrote SHA-1 and 128 bits.
        let of_2010 = EncryptParams {
            hash: HashAlgorithm::Sha1,
            key_data_key_bits: 128,
            password_key_bits: 128,
            ..EncryptParams::default()
        };
        for encrypted in [
            encrypt_ooxml_standard(PACKAGE, "a"),
            encrypt_ooxml_with_params(PACKAGE, "a", of_2010),
            encrypt_ooxml(PACKAGE, "a"),
        ] {
            let encrypted = encrypted.expect("a package");
            assert_eq!(decrypt(&encrypted, Some("a")).as_deref(), Ok(PACKAGE));
            let wrong = decrypt(&encrypted, Some("b"));
            assert_eq!(wrong, Err(SkipReason::WrongPassword));
            assert_eq!(decrypt(&encrypted, None), Err(SkipReason::OfficePassword));
        }
        let everybodys = encrypt_ooxml(PACKAGE, EVERYBODYS).expect("a package");
        for password in [None, Some("a")] {
            assert_eq!(decrypt(&everybodys, password).as_deref(), Ok(PACKAGE));
        }
    }

    #[test]
    fn what_is_no_encrypted_document_has_a_reason() {
        for password in [None, Some("a")] {
            assert!(matches!(
                decrypt(&[0; 600], password),
                Err(SkipReason::DamagedOffice(_))
            ));
        }
    }
}
