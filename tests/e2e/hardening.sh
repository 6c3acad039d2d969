#!/usr/bin/env bash
# What the flags of the release preset came to in a built program. Source: OpenSSF, Compiler Options Hardening Guide for C and C++.
#   hardening.sh PROGRAM
set -euo pipefail
program=$1
failed=0

holds() { # holds CLAIM COMMAND...
  local claim=$1
  shift
  if "$@" > /dev/null; then echo "ok: $claim"; else echo "NOT SO: $claim"; failed=1; fi
}
# Whole outputs, not pipes: grep that stops early would end readelf with an error.
header=$(readelf -hW "$program")
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")
start=$(objdump -d --no-show-raw-insn --disassemble=main "$program")
# shellcheck disable=SC2317 # both are called by holds
text_has() { grep -qE "$2" <<< "$1"; }
# shellcheck disable=SC2317
text_lacks() { ! grep -qE "$2" <<< "$1"; }

holds "position independent (-pie)" text_has "$header" 'Type: +DYN'
holds "relocations are read-only (-z relro)" text_has "$segments" 'GNU_RELRO'
holds "all symbols are bound at start (-z now)" text_has "$dynamic" 'BIND_NOW'
holds "the stack holds no code (-z noexecstack)" text_has "$segments" 'GNU_STACK.* RW +0x'
holds "no segment is writable and executable" text_lacks "$segments" 'LOAD.* RWE '
holds "no relocation in the code" text_lacks "$dynamic" 'TEXTREL'
holds "not to be opened as a library (-z nodlopen)" text_has "$dynamic" 'NOOPEN'
holds "no search path for libraries" text_lacks "$dynamic" 'R(UN)?PATH'
holds "guarded stack frames (-fstack-protector-strong)" text_has "$symbols" '__stack_chk_fail'
holds "checked calls of the C library (-D_FORTIFY_SOURCE)" text_has "$symbols" '__[a-z]+_chk@'
# Debian's start files carry no such mark, so the program as a whole cannot be marked; its own functions have the landing pads.
if text_has "$header" 'X86-64'; then holds "landing pads for indirect calls (-fcf-protection)" text_has "$start" 'endbr64'; fi
exit "$failed"
