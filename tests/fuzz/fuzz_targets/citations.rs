#![no_main]
//! [`polidex_tests::anything::cites`] under the fuzzer.

libfuzzer_sys::fuzz_target!(|data: &[u8]| polidex_tests::anything::cites(data));
