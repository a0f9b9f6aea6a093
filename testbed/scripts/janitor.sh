#!/bin/sh
# Removes everything that a test cluster made outside its processes. Waits until standard input ends, which happens when
# the cluster's owner closes it and also when the owner is killed.
# usage: janitor.sh RUN_FOLDER
run=$1
cat >/dev/null

# A process is named by its number and its start time, so that a number in use again is left alone.
started() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

if [ -f "$run/processes" ]; then
    while read -r pid start _name; do
        [ "$(started "$pid")" = "$start" ] && kill -KILL "$pid" 2>/dev/null
    done <"$run/processes"
    while read -r pid start _name; do
        tries=0
        while [ "$(started "$pid")" = "$start" ] && [ "$tries" -lt 100 ]; do
            # A zombie is its parent's matter.
            grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && break
            tries=$((tries + 1))
            sleep 0.05
        done
    done <"$run/processes"
fi

if [ -f "$run/links" ]; then
    while read -r link; do
        ip link delete "$link" 2>/dev/null
    done <"$run/links"
fi

if [ -f "$run/cgroups" ]; then
    while read -r cgroup; do
        # Containers of a killed node need a moment to be gone.
        for _try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            found=
            for folder in /sys/fs/cgroup/"$cgroup" /sys/fs/cgroup/*/"$cgroup"; do
                [ -d "$folder" ] || continue
                find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null
                [ -d "$folder" ] && found=yes
            done
            [ -z "$found" ] && break
            sleep 0.1
        done
    done <"$run/cgroups"
fi

[ -f "$run/keep" ] || rm -rf --one-file-system "$run"
