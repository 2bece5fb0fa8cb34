#!/bin/sh
# What `make install` puts where, that the installed command finds its model, and that uninstall leaves nothing.
set -eu
[ -z "${SAN:-}" ] || { echo "test_install: not for sanitizer builds"; exit 0; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
fail() { echo "test_install: $*" >&2; exit 1; }
make -s install DESTDIR="$T" prefix=/usr > /dev/null
(cd "$T" && find . ! -type d | LC_ALL=C sort) > "$T.list"
diff - "$T.list" << 'END' || fail "the installed files differ"
./usr/bin/dixit-eval
./usr/bin/dixit-predict
./usr/bin/dixit-train
./usr/include/dixit.h
./usr/lib/libdixit.a
./usr/lib/libdixit.so
./usr/lib/libdixit.so.0
./usr/share/dixit/default.dixit
./usr/share/man/man1/dixit-eval.1
./usr/share/man/man1/dixit-predict.1
./usr/share/man/man1/dixit-train.1
END
rm -f "$T.list"
env -u DIXIT_MODEL "$T/usr/bin/dixit-predict" -f text examples/harbour.txt | grep -q "Ada Okafor" || fail "the installed command does not find its model"
make -s uninstall DESTDIR="$T" prefix=/usr > /dev/null
[ -z "$(find "$T" ! -type d)" ] || fail "uninstall leaves files"
echo "install and uninstall agree"
