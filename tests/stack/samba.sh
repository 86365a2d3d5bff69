#!/bin/bash
# A Samba Active Directory domain controller of a test's own, in a network namespace of its own: its ports
# (389, 636, 88) are fixed, and nothing of it is seen outside. Needs root. Sourced, or run as a program:
#
#   tests/stack/samba.sh start DIR     provision below DIR, load samba_people.py, wait until it answers
#   tests/stack/samba.sh run DIR COMMAND...      in its network: ldaps://127.0.0.1, CA in DIR/tls/ca.crt
#   tests/stack/samba.sh stop DIR
#
# Domain ad.test (DC=ad,DC=test), Administrator and all people: password $samba_password.
# DIR/service holds the password of the service account CN=kontor,OU=Services,DC=ad,DC=test.

samba_password=Kontor-demo-2026
samba_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

samba_certificates() {
    local tls=$1
    mkdir -p "$tls"
    (
        cd "$tls" || exit
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 60 \
            -subj '/CN=AD test CA' -keyout ca.key -out ca.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=dc1.ad.test' \
            -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:localhost,DNS:dc1.ad.test,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >server.ext
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 60 \
            -extfile server.ext -out server.crt
        chmod 0600 server.key
    ) >"$tls/openssl.log" 2>&1
}

# What `samba-tool domain provision` writes is for a file server with the machine's own folders.
samba_conf() {
    local dir=$1
    cat >"$dir/etc/smb.conf" <<END
[global]
    netbios name = DC1
    realm = AD.TEST
    workgroup = AD
    server role = active directory domain controller
    server services = ldap, kdc, cldap, winbindd
    interfaces = lo
    bind interfaces only = Yes
    tls enabled = Yes
    tls certfile = $dir/tls/server.crt
    tls keyfile = $dir/tls/server.key
    tls cafile = $dir/tls/ca.crt
    private dir = $dir/private
    state directory = $dir/state
    cache directory = $dir/cache
    lock directory = $dir
    binddns dir = $dir/bind-dns
    pid directory = $dir/run
    ncalrpc dir = $dir/run/ncalrpc
    ntp signd socket directory = $dir/run/ntp
    winbindd socket directory = $dir/run/winbindd
    log file = $dir/samba.log
    logging = file
END
}

# samba_net DIR: the network in which ldaps://127.0.0.1 is this domain controller.
samba_net() { echo "/proc/$(cat "$1/samba.pid")/ns/net"; }

samba_answers() {
    nsenter --net="$(samba_net "$1")" env LDAPTLS_CACERT="$1/tls/ca.crt" ldapsearch -x -LLL -H ldaps://127.0.0.1 -s base \
        -b DC=ad,DC=test -D CN=kontor,OU=Services,DC=ad,DC=test -y "$1/service" dn
}

start_samba() {
    local dir=$1 i
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    samba_certificates "$dir/tls"
    samba-tool domain provision --targetdir="$dir" --realm=AD.TEST --domain=AD --adminpass="$samba_password" \
        --server-role=dc --dns-backend=NONE --host-name=dc1 --host-ip=127.0.0.1 --option='interfaces=lo' \
        --option='bind interfaces only=yes' --option='vfs objects=' >"$dir/provision.log" 2>&1 || return
    mkdir -p "$dir/run/ncalrpc"
    samba_conf "$dir"
    openssl rand -hex 16 | tr -d '\n' >"$dir/service"
    chmod 0600 "$dir/service"
    /usr/bin/python3 "$samba_folder/samba_people.py" "$dir" "$samba_password" || return
    # -i keeps it in the foreground; --net first, so that it never has another network.
    setsid unshare --net -- bash -c 'ip link set lo up && exec samba -i -s "$1/etc/smb.conf" --debuglevel=1' \
        samba "$dir" >>"$dir/samba.out" 2>&1 </dev/null &
    echo $! >"$dir/samba.pid"
    for ((i = 0; i < 100; i++)); do
        samba_answers "$dir" >/dev/null 2>&1 && return 0
        kill -0 "$(cat "$dir/samba.pid")" 2>/dev/null || break
        sleep 0.1
    done
    echo "samba does not answer; see $dir/samba.out" >&2
    stop_samba "$dir"
    return 1
}

stop_samba() {
    local pid i
    pid=$(cat "$1/samba.pid" 2>/dev/null) || return 0
    kill -TERM -- "-$pid" 2>/dev/null
    for ((i = 0; i < 50; i++)); do
        kill -0 -- "-$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null
    rm -f "$1/samba.pid"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -u
    command=${1:?start, run or stop}
    shift
    case $command in
    start) start_samba "$@" ;;
    # Becomes the command, so that who ends this process ends it.
    run) exec nsenter --net="$(samba_net "$1")" "${@:2}" ;;
    stop) stop_samba "$@" ;;
    *) exit 64 ;;
    esac
fi
