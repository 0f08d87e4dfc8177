# Read by the other scripts (not run by itself): how a preset is configured and built.
# Expects $root, the top of the tree.

# Compiled objects are shared between clones at different paths.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export NINJA_STATUS='[%f/%t %es] '

# Runs a command; when it fails, says which step it was and stops.
step_or_stop() {
    local what=$1
    shift
    "$@" </dev/null || {
        printf '%s: stopped while %s; the reason is printed above\n' "$(basename "$0")" "$what" >&2
        exit 1
    }
}

# build PRESET TARGET: configures once, builds what has changed; silent when nothing has.
build() {
    local preset=$1 target=$2 folder=$root/build/$1
    local options=()
    [[ -z ${TIDINGS_WERROR:-} ]] || options+=("-DTIDINGS_WERROR=$TIDINGS_WERROR")
    if [[ ! -e $folder/build.ninja || ${#options[@]} -gt 0 ]]; then
        step_or_stop "configuring (delete $folder to start afresh)" \
            configure "$preset" "${options[@]}" >&2
    fi
    step_or_stop "building" compile "$folder" "$target" >&2
}

configure() {
    (cd "$root" && cmake --preset "$@" --log-level=WARNING)
}

compile() {
    set -o pipefail
    cmake --build "$1" --target "$2" |
        sed -u -e '/^ninja: no work to do/d' -e '/Re-checking globbed directories/d' \
            -e '/^ninja: Entering directory/d'
}
