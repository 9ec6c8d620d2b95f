#!/bin/sh
# hardening.sh BINARY - the flags that the build promises are in the file.
set -eu
binary=$1
fail() { echo "hardening: $binary: $1" >&2; exit 1; }
readelf -hW "$binary" | grep -q 'Type:.*DYN' || fail "not position independent"
readelf -lW "$binary" | grep -q GNU_RELRO || fail "no RELRO"
readelf -dW "$binary" | grep -Eq 'BIND_NOW|FLAGS.*NOW' || fail "lazy binding"
readelf -lW "$binary" | grep GNU_STACK | grep -q 'RWE' && fail "executable stack"
nm -D "$binary" | grep -q __stack_chk_fail || fail "no stack protector"
nm -D "$binary" | grep -Eq '__(memcpy|snprintf|vsnprintf|read|memset|fprintf)_chk' || fail "no FORTIFY"
echo "hardening: PIE, RELRO, NOW, no executable stack, stack protector, FORTIFY"
