#![no_main]
//! [`polidex_tests::anything::repair`] under the fuzzer.

libfuzzer_sys::fuzz_target!(|data: &[u8]| polidex_tests::anything::repair(data));
