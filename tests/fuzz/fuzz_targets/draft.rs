#![no_main]
//! [`polidex_tests::anything::draft`] under the fuzzer.

libfuzzer_sys::fuzz_target!(|data: &[u8]| polidex_tests::anything::draft(data));
