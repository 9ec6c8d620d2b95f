# packages.sh - which Debian packages building and testing need, and how to get
# the missing ones. Read by ./run and ./check; names only, versions are
# Debian 12's.
BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config
    libncurses-dev libcurl4-openssl-dev libssl-dev libxml2-dev
    libreadline-dev libevent-dev libsqlite3-dev libnats-dev libjansson-dev libqrencode-dev zlib1g-dev
    ncurses-base"
TEST_PACKAGES="libcriterion-dev libvterm-dev python3 libxml2-utils
    clang libclang-rt-14-dev llvm openssl ncurses-term git man-db"
# Without these a test skips, and says so.
OPTIONAL_PACKAGES="chromium strace valgrind webhook nats-server"

# need_packages NAME... - install those that are missing; says so first.
need_packages() {
    missing=
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
        [ "$status" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing with apt:$missing" >&2
    $as_root apt-get update -qq >&2
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# want_packages NAME... - the same, but goes on without what cannot be had.
want_packages() {
    (need_packages "$@") || echo "Going on without: $*" >&2
}
