# Runs steps, alone or in two lanes side by side; prints the output of each when it ends, and a table of
# seconds at the end. Sourced by run and nightly.
logs=$(mktemp -d)
lanes=()

# One step: its name, then a command. In a lane its output comes in one piece, so that none is mixed.
step() {
    local name=$1 began=$SECONDS log="$logs/$BASHPID" code=0
    shift
    if [ -n "${lane:-}" ]; then
        "$@" >"$log" 2>&1 || code=$?
        (
            flock 9
            printf '\n==== %s (lane %s)\n' "$name" "$lane"
            cat "$log"
        ) 9>"$logs/lock"
    else
        printf '\n==== %s\n' "$name"
        "$@" || code=$?
    fi
    printf '%6d s  %s%s\n' $((SECONDS - began)) "$name" "$([ $code = 0 ] || printf '  FAILED')" >>"$logs/table"
    [ $code = 0 ] || exit 1
}

# Says at the end what could not run here.
leave_out() { printf 'left out: %s\n' "$*" >>"$logs/left_out"; }

# A function with steps, in the background; both lanes run to their end or to their first failure.
start_lane() {
    set -m # without job control, what runs in the background ignores Ctrl-C, and so do its tests
    (
        lane=$1
        "$1"
    ) &
    lanes+=($!)
    set +m
}

wait_for_lanes() {
    local failed=0
    for pid in "${lanes[@]}"; do wait "$pid" || failed=1; done
    return $failed
}

report() {
    local code=$?
    printf '\n==== seconds of each step\n'
    cat "$logs/table"
    printf '%6d s  in all\n' "$SECONDS"
    [ ! -f "$logs/left_out" ] || cat "$logs/left_out"
    rm -rf "$logs"
    [ $code = 0 ] && echo "all passed" || echo "FAILED"
}
trap report EXIT
