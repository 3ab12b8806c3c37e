#![no_main]
//! [`polidex_tests::anything::stored`] under the fuzzer.

libfuzzer_sys::fuzz_target!(|data: &[u8]| polidex_tests::anything::stored(data));
