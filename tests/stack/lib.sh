# Shared by the scripts of tests/stack: where things lie, who runs what, keeping processes alive.
# shellcheck shell=bash disable=SC2034

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stack=$top/tests/stack

port=${PORT:-8080}
ldap_port=$((port + 1))
smtp_port=$((port + 2))
provider_port=$((port + 3))
prefix_path=${PREFIX_PATH:-/}
demo_password=kontor-demo-2026
responders=(login requests uploads dashboard account)
socket_path_max=100 # sockaddr_un holds 108 bytes

say() { printf '  %-6s %s\n' STACK "$*"; }
die() {
    echo "stack: $*" >&2
    exit 1
}
is_root() { [ "$(id -u)" = 0 ]; }

# ---- the state folder -----------------------------------------------------------------------------

# True if every existing parent of $1 may be entered by everybody: dropped users have to.
everybody_may_enter() {
    local path=$1
    while [ "$path" != / ]; do
        path=$(dirname "$path")
        [ ! -e "$path" ] || [ $((0$(stat -c %a "$path") & 1)) = 1 ] || return 1
    done
}

# Sets $run to the state folder (absolute). RUN itself, or a folder below the system's temporary one when
# a socket path there would be too long or a dropped user could not enter; RUN is then a link to it.
resolve_run() {
    local wanted moved
    wanted=$(realpath -ms "${RUN:-$top/.run}")
    [ -L "$wanted" ] || run=$wanted
    if [ -L "$wanted" ] || [ $((${#wanted} + 24)) -gt "$socket_path_max" ] ||
        { is_root && ! everybody_may_enter "$wanted/x"; }; then
        moved=${TMPDIR:-/tmp}/kontor-$(id -u)-$(printf %s "$wanted" | cksum | cut -d' ' -f1)
        run=$moved
    fi
}

# Makes the folder. Never follows somebody else's folder or link in a shared temporary folder.
make_run() {
    local wanted
    wanted=$(realpath -ms "${RUN:-$top/.run}")
    mkdir -p "$(dirname "$wanted")"
    mkdir -p -m 0755 "$run"
    [ ! -L "$run" ] && [ "$(stat -c %u "$run")" = "$(id -u)" ] || die "$run belongs to somebody else"
    if [ "$run" != "$wanted" ]; then
        [ -L "$wanted" ] || [ ! -e "$wanted" ] || die "$wanted is in the way of a link to $run"
        ln -sfn "$run" "$wanted"
        say "the state folder is $run ($wanted is a link to it)"
    fi
    chmod 0755 "$run"
    mkdir -p "$run"/{log,pid,hold,tmp,mail,etc,var}
}

# ---- users ----------------------------------------------------------------------------------------

# As root every program drops to a system user of its own, as in production; they are made if missing.
# kontor-web is the demo's nginx. As an ordinary user everything is that user.
make_users() {
    is_root || return 0
    local name
    for name in files store; do getent group "kontor-$name" >/dev/null || groupadd --system "kontor-$name"; done
    for name in login requests uploads dashboard account scan worker web; do
        getent passwd "kontor-$name" >/dev/null || useradd --system --user-group --no-create-home \
            --home-dir /nonexistent --shell /usr/sbin/nologin "kontor-$name"
    done
    for name in uploads worker web; do usermod -aG kontor-files "kontor-$name"; done
    for name in uploads worker; do usermod -aG kontor-store "kontor-$name"; done
}

# as_user USER COMMAND...: become COMMAND in a session of its own, as USER when root. In a subshell.
as_user() {
    local user=$1
    shift
    if is_root; then
        exec setsid setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"
    else
        exec setsid "$@"
    fi
}
# own USER[:GROUP] MODE PATH...: owner only when root.
own() {
    local owner=$1 mode=$2
    shift 2
    ! is_root || chown "$owner" "$@"
    chmod "$mode" "$@"
}

# ---- processes ------------------------------------------------------------------------------------

# keep NAME COMMAND...: run in the background, in a session of its own, log to log/NAME.log, start again
# when it ends. While hold/NAME exists it stays down (tests take parts away with that).
keep() {
    local name=$1
    shift
    (
        set +e
        trap '' INT
        child='' stopping=''
        trap 'stopping=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM
        while [ -z "$stopping" ]; do
            if [ -e "$run/hold/$name" ]; then
                sleep 0.1
                continue
            fi
            if is_function "$1"; then ("$@") & else setsid "$@" & fi
            child=$!
            echo "$child" >"$run/pid/$name"
            wait "$child"
            while kill -0 "$child" 2>/dev/null; do wait "$child"; done
            kill -TERM -- "-$child" 2>/dev/null # what a killed multiwatch leaves behind
            child=
            if [ -z "$stopping" ] && [ ! -e "$run/hold/$name" ]; then
                echo "stack: $name ended, starting it again"
                sleep 0.3
            fi
        done
        rm -f "$run/pid/$name"
    ) >>"$run/log/$name.log" 2>&1 </dev/null &
    echo $! >"$run/pid/$name.keeper"
}
is_function() { [ "$(type -t "$1")" = function ]; }

# True if process $1 was started by the stack of this state folder. nginx writes its title over its
# environment, so the command line counts as well.
is_ours() {
    [ -n "$1" ] || return 1
    { tr '\0' '\n' <"/proc/$1/environ" | grep -qxF "KONTOR_RUN=$run"; } 2>/dev/null ||
        { tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF " $run/"; } 2>/dev/null
}
pid_of() { cat "$run/pid/$1" 2>/dev/null || true; }

# end NAME: TERM to the keeper, which ends its child; KILL after 10 s.
end() {
    local keeper child i
    keeper=$(pid_of "$1.keeper") child=$(pid_of "$1")
    if is_ours "$keeper"; then
        kill -TERM "$keeper" 2>/dev/null
    elif is_ours "$child"; then
        kill -TERM "$child" 2>/dev/null
    fi
    for ((i = 0; i < 100; i++)); do
        is_ours "$keeper" || is_ours "$child" || break
        sleep 0.1
    done
    ! is_ours "$child" || kill -KILL -- "-$child" 2>/dev/null
    ! is_ours "$keeper" || kill -KILL "$keeper" 2>/dev/null
    rm -f "$run/pid/$1" "$run/pid/$1.keeper"
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    while [ "$SECONDS" -le "$end" ]; do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    die "$what did not come up; see $run/log"
}

port_is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
