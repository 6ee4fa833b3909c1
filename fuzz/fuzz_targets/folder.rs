#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| territoires_fuzz::targets::folder::run(data));
