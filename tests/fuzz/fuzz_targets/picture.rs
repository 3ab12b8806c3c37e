#![no_main]
//! [`polidex_ocr::anything::picture`] under the fuzzer.

libfuzzer_sys::fuzz_target!(|data: &[u8]| polidex_ocr::anything::picture(data));
