#!/bin/sh
# Cargo's RUSTC_WRAPPER: coverage for libFuzzer in our own two crates, by flags that stable compilers have. What is generic in
# crates of others is compiled with ours; the rest, PROJ above all, stays as it was built. No sanitizer: ours has no `unsafe`.
case " $* " in
    *' --crate-name territoires '* | *' --crate-name territoires_fuzz '*)
        exec "$@" -Cpasses=sancov-module \
            -Cllvm-args=-sanitizer-coverage-level=4 \
            -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
            -Cllvm-args=-sanitizer-coverage-pc-table \
            -Cllvm-args=-sanitizer-coverage-trace-compares
        ;;
    *) exec "$@" ;;
esac
