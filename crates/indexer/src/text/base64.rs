//! Reads Base64.

/// Bits of one digit.
const DIGIT_BITS: u32 = 6;

/// Decodes standard Base64 (RFC 4648), padding optional; `None` for any other byte.
pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut len_bits) = (0_u32, 0);
    for &byte in text.iter().filter(|&&byte| byte != b'=') {
        bits = bits << DIGIT_BITS | u32::from(digit(byte)?);
        len_bits += DIGIT_BITS;
        if len_bits >= 8 {
            len_bits -= 8;
            out.push((bits >> len_bits) as u8);
            bits &= (1 << len_bits) - 1;
        }
    }
    Some(out)
}

/// Returns true for a digit of Base64, padding left out.
pub(crate) fn is_base64_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_optional_and_other_bytes_are_refused() {
        assert_eq!(decode_base64(b"5rOV").as_deref(), Some("法".as_bytes()));
        assert_eq!(decode_base64(b"YQ==").as_deref(), Some(&b"a"[..]));
        assert_eq!(decode_base64(b"YQ").as_deref(), Some(&b"a"[..]));
        assert_eq!(decode_base64(b"Y Q"), None);
    }
}
