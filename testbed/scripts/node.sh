#!/bin/bash
# The first process of a real node, inside new mount, host name, IPC, process and network namespaces. Killing it ends the
# node with all containers; its mounts and its network go with it.
#
# Takes from the environment:
#   NODE_NAME, NODE_ADDRESS, NODE_GATEWAY, NODE_STATE (folder with the node's files), NODE_PROGRAMS (folder of containerd),
#   NODE_KUBELET, NODE_KUBE_PROXY (programs), NODE_ROUTES (lines "range address": pods of the other nodes)
set -eu

hostname "$NODE_NAME"
mount -t proc proc /proc

# Under /run everything stays visible that the next mounts hide.
mkdir -p "$NODE_STATE"/{containerd,kubelet,upper,log}
mount -t tmpfs -o mode=755 tmpfs "$NODE_STATE/upper"
run=$NODE_STATE/run
mkdir -p "$run"
mount -t tmpfs -o mode=755 tmpfs "$run"
mkdir -p "$run"/{lock,testbed/state,testbed/programs}
mount --bind "$NODE_STATE" "$run/testbed/state"
mount --bind "$NODE_PROGRAMS" "$run/testbed/programs"
cp "$NODE_KUBELET" "$run/testbed/kubelet"
cp "$NODE_KUBE_PROXY" "$run/testbed/kube-proxy"

# Private copies of the folders that a node owns, above the machine's own files.
for folder in etc usr var opt; do
    mkdir -p "$NODE_STATE/upper/$folder"/{upper,work}
    mount -t overlay overlay \
        -o "lowerdir=/$folder,upperdir=$NODE_STATE/upper/$folder/upper,workdir=$NODE_STATE/upper/$folder/work" "/$folder"
done
# Not above an overlay: containerd's snapshots are overlays themselves.
for folder in containerd kubelet; do
    mkdir -p "/var/lib/$folder"
    mount --bind "$NODE_STATE/$folder" "/var/lib/$folder"
done
mount --rbind "$run" /run
mount -t tmpfs tmpfs /tmp
state=/run/testbed/state

# This network namespace's devices, and the machine's control groups.
mkdir -p /run/testbed/cgroup
mount --rbind /sys/fs/cgroup /run/testbed/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/testbed/cgroup /sys/fs/cgroup
umount -l /run/testbed/cgroup
mount --make-rshared /

# The owner moves our end of the link in.
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add "$NODE_ADDRESS/24" dev eth0
ip link set eth0 up
ip route add default via "$NODE_GATEWAY"
while read -r range address; do
    [ -n "$range" ] && ip route add "$range" via "$address"
done <<<"$NODE_ROUTES"
echo 1 >/proc/sys/net/ipv4/ip_forward

printf '127.0.0.1 localhost\n%s %s\n' "$NODE_ADDRESS" "$NODE_NAME" >/etc/hosts
echo "$NODE_NAME" >/etc/hostname
# There is no way out of a test cluster, so there is no name server outside it.
echo 'nameserver 127.0.0.1' >/run/testbed/resolv.conf
rm -rf /etc/cni/net.d
mkdir -p /etc/cni/net.d /etc/containerd/certs.d/_default
cp "$state/network.conflist" /etc/cni/net.d/10-testbed.conflist
cp "$state/containerd.toml" /etc/containerd/config.toml
cp "$state/hosts.toml" /etc/containerd/certs.d/_default/hosts.toml

# containerd must find its own shim before any other that is installed.
export PATH=/run/testbed/programs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset NODE_STATE NODE_PROGRAMS NODE_KUBELET NODE_KUBE_PROXY NODE_ROUTES

# Plays the service manager: what ends is started again.
keep_running() {
    local name=$1
    shift
    while :; do
        "$@" >>"$state/log/$name.log" 2>&1 || true
        echo "$name ended and is started again" >>"$state/log/$name.log"
        sleep 1
    done
}

keep_running containerd containerd --config /etc/containerd/config.toml &
keep_running kubelet /run/testbed/kubelet --config="$state/kubelet.yaml" --kubeconfig="$state/kubelet.kubeconfig" \
    --hostname-override="$NODE_NAME" --node-ip="$NODE_ADDRESS" &
keep_running kube-proxy /run/testbed/kube-proxy --config="$state/kube-proxy.yaml" &
while :; do wait -n || sleep 1; done
